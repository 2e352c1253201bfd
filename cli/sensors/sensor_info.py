"""``anklet sensors info``: connect to one sensor, let it stream, and assess it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cli.common.output import Step, out, print_json, progress
from cli.common.tables import plain, print_pairs, printable
from cli.sensors.signal_strength import signal_words
from sensing.core.errors import AnkletError, DeviceError
from sensing.devices.gatt import LOW_BATTERY_PCT

if TYPE_CHECKING:
    from sensing.ble.finding import Sighting
    from sensing.ble.probe import Probe
    from sensing.devices.base import Family, StreamRequest
    from sensing.live.stream_quality import StreamCheck

_LOOK_S = 8.0
_SETTLE_S = 1.0
"""Without a name: how much longer to scan, to be sure that there is only one sensor."""

_PAUSE_S, _PAUSES = 0.5, 4.0
"""A pause is reported if it is this long, and this many times the usual interval."""

_GOOD, _BAD, _PLAIN = "green", "yellow", ""
_Line = tuple[str, str, str]
"""Label, text and colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorCheck:
    """One sensor and how it streamed."""

    sighting: Sighting
    family: Family
    trial: Probe
    check: StreamCheck


def info(
    name: str | None, *, seconds: float, rate_hz: float | None, range_g: float | None, as_json: bool
) -> None:
    """Check one sensor and print the result.

    Raises:
        DeviceError: it can't be found or connected, or sends nothing.
    """
    from sensing.devices.choice import request_for

    wish = request_for(None, rate_hz=rate_hz, range_g=range_g)
    with progress("scanning") as step:
        found = asyncio.run(_look(name, wish, seconds, step))
    if as_json:
        print_json(_as_json(found))
        return
    _print(found)


async def _look(name: str | None, wish: StreamRequest, seconds: float, step: Step) -> SensorCheck:
    from sensing.ble.finding import SETTLE_S, find
    from sensing.ble.probe import probe
    from sensing.live.stream_quality import check_stream

    settle_s = _SETTLE_S if name is None else SETTLE_S
    sighting = await find(name, seconds=_LOOK_S, settle_s=settle_s)
    if sighting.family is None:
        raise DeviceError(
            "Anklet does not support this device",
            where=sighting.title,
            remedy="`anklet sensors` lists the supported sensors nearby",
        )
    trial = await probe(sighting, sighting.family, wish, seconds=seconds, step=step)
    try:
        check = check_stream(sighting.family, trial.setup, trial.packets)
    except AnkletError as error:
        raise DeviceError(error.what, where=sighting.title, remedy=error.remedy) from error
    return SensorCheck(sighting=sighting, family=sighting.family, trial=trial, check=check)


def _as_json(found: SensorCheck) -> dict[str, object]:
    from sensing.live.stream_quality import why_not_hops

    trial, check, family = found.trial, found.check, found.family
    setup = trial.setup
    against = why_not_hops(setup, check)
    return {
        **plain(
            {
                "name": found.sighting.name,
                "address": found.sighting.address,
                "family": family.name,
                "title": family.title,
                "rssi_dbm": found.sighting.rssi_dbm,
                "battery_pct": trial.battery_pct,
            }
        ),
        "identity": dict(trial.identity),
        "rates_hz": list(family.rates_hz),
        "ranges_g": list(family.ranges_g),
        "has_gyro": family.has_gyro,
        "granted": setup.to_dict(),
        "stream": {
            **plain({k: v for k, v in asdict(check).items() if k != "seat"}),
            **plain({"start_s": trial.start_s, "lost_share": check.lost_share}),
            "broke_off": trial.broke_off,
        },
        "rest": {**plain(asdict(check.seat))},
        "clock_visible": family.shows_clock(setup),
        "losses_visible": check.lost_samples is not None,
        "fit_for_hops": not against,
        "why_not": against,
    }


def _print(found: SensorCheck) -> None:
    from rich.text import Text

    console = out()
    console.print(Text(printable(found.sighting.title), style="bold"), found.family.title)
    print_pairs(
        (Text(f"  {label}", style="dim"), Text(printable(text), style=style))
        for label, text, style in _lines(found)
    )


def _lines(found: SensorCheck) -> Iterator[_Line]:
    """The lines of the table."""
    trial, family, setup = found.trial, found.family, found.trial.setup
    who = [
        f"{key} {trial.identity[key]}" if key != "manufacturer" else trial.identity[key]
        for key in ("manufacturer", "model", "hardware", "firmware", "serial")
        if key in trial.identity
    ]
    yield "address", found.sighting.address, _PLAIN
    yield "maker", ", ".join(who) or "not stated", _PLAIN
    yield _battery(trial.battery_pct)
    yield from _signal(found.sighting.rssi_dbm)
    gyro = "; gyro" if family.has_gyro else "; no gyro"
    yield "offers", f"{_list(family.rates_hz)} Hz; ±{_list(family.ranges_g)} g{gyro}", _PLAIN
    span = "unknown range" if setup.range_g is None else f"±{setup.range_g:g} g"
    yield "granted", f"{setup.rate_hz:g} Hz, {span}", _PLAIN
    for note in setup.notes:
        yield "", note, _PLAIN
    yield from _stream_lines(found)
    yield _hops(found)


def _signal(level_dbm: int | None) -> Iterator[_Line]:
    if level_dbm is not None:
        words = signal_words(level_dbm)
        advice = "; bring it nearer" if "weak" in words else ""
        style = _BAD if advice else _PLAIN
        yield "signal", f"{level_dbm} dBm, {words}{advice}".replace("-", "−"), style


def _battery(percent: int | None) -> _Line:
    if percent is None:
        return "battery", "not stated", _PLAIN
    if percent < LOW_BATTERY_PCT:
        return "battery", f"{percent} %; charge it before a session", _BAD
    return "battery", f"{percent} %", _PLAIN


def _stream_lines(found: SensorCheck) -> Iterator[_Line]:
    trial, family, setup, check = found.trial, found.family, found.trial.setup, found.check
    began = f"the first {trial.start_s:.1f} s after connecting"
    text = f"{check.samples} samples in {check.packets} packets over {check.span_s:.1f} s, {began}"
    yield "streamed", text, _PLAIN
    if trial.broke_off:
        yield "", "the connection was lost; bring the sensor nearer or charge it", _BAD
    if check.unread:
        yield "", f"{check.unread} packets could not be decoded", _BAD
    yield _true_rate(check, setup.rate_hz)
    if family.shows_clock(setup):
        yield "clock", "the sensor sends its own time", _GOOD
    else:
        yield "clock", "none; samples are counted and timed by the arrival of packets", _BAD
    yield _losses(check)
    yield _rest(check)


def _true_rate(check: StreamCheck, nominal_hz: float) -> _Line:
    if check.rate_hz is None or check.rate_error_hz is None:
        return "true rate", "too few packets to measure; use more --seconds", _BAD
    off = 100 * (check.rate_hz / nominal_hz - 1)
    by = "its own clock" if check.rate_by == "sensor" else "the arrival of packets"
    error = max(check.rate_error_hz, 0.005)
    places = 2 if error < 0.1 else 1
    rate = f"{check.rate_hz:.{places}f} ± {error:.{places}f} Hz"
    told = f"{rate} by {by} ({off:+.1f} % of {nominal_hz:g})".replace("-", "−")
    return "true rate", told, _PLAIN


def _losses(check: StreamCheck) -> _Line:
    if check.lost_samples is None:
        return "lost", "can't be detected; lost packets only make the rate seem low", _BAD
    if not check.lost_samples:
        paused = check.longest_pause_s > max(_PAUSE_S, _PAUSES * check.span_s / check.packets)
        pause = f"; the longest pause was {check.longest_pause_s:.1f} s" if paused else ""
        return "lost", f"none{pause}", _GOOD
    share = 100 * (check.lost_share or 0)
    return "lost", f"{check.lost_samples} samples ({share:.1f} %); bring it nearer", _BAD


def _rest(check: StreamCheck) -> _Line:
    match check.seat.verdict:
        case "good":
            return "at rest", f"{check.seat.gravity_g:.2f} g, as expected", _GOOD
        case "gravity":
            return "at rest", check.seat.words, _BAD
        case "moving":
            return "at rest", "it was moved; leave it lying still", _PLAIN
        case _:
            return "at rest", "too short to measure; use more --seconds", _PLAIN


def _hops(found: SensorCheck) -> _Line:
    from sensing.live.stream_quality import why_not_hops

    against = why_not_hops(found.trial.setup, found.check)
    if against:
        return "hops", f"not suitable: {'; '.join(against)}", _BAD
    return "hops", "suitable: range and rate are sufficient", _GOOD


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{each:g}" for each in sorted(values))
