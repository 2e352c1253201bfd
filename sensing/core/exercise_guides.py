"""How each exercise is done, in words, and on whom Anklet has measured it.

The one place for both: ``anklet exercises``, the report page and the documents read them from here.
The steps describe the usual way of doing it; they are no advice to a particular person.
"""

from __future__ import annotations

from collections.abc import Mapping

SIMULATED = "simulated people only"

MEASURED: Mapping[str, str] = {
    "calf-raise": "people, sensor at the ankle (6 recordings)",
    "double-leg-calf-raise": "people, sensor at the ankle (6 recordings)",
    "single-leg-hop": "people, sensor on the shoe; at the ankle simulated people only",
    "double-leg-hop": "people, sensor on the shoe; at the ankle simulated people only",
    "drop-jump": "five jumps of one person beside a force plate, sensor on the foot; at the ankle "
    "simulated people only",
    "calf-raise-hold": "people, sensor on the shoe; at the ankle simulated people only",
    "single-leg-balance": "people, sensor on the shoe; at the ankle simulated people only",
    "short-foot": "nothing to measure",
}
"""On whom an exercise has been measured, where that is not simulated people only."""

HOW: Mapping[str, str] = {
    "calf-raise": "Rise on the balls of the feet as high as you can, and lower the heels under "
    "control. This name stands for raises whose kind nobody gave: name the kind if you know it.",
    "double-leg-calf-raise": "Stand on both feet, hip-width apart, fingertips on a wall. Rise on "
    "the balls of both feet as high as you can, hold, and lower the heels under control. Keep the "
    "knees straight and the ankles from tipping outwards.",
    "single-leg-calf-raise": "Stand on one foot, the other lifted, fingertips on a wall. Rise on "
    "the ball of the foot as high as you can, hold, and lower the heel under control. Keep the "
    "knee straight and don't push with the hands. The sensor is on the standing leg.",
    "bent-knee-calf-raise": "Stand with the knees bent by about 30° and keep that bend. Rise on "
    "the balls of the feet, and lower the heels. Watch that the knees do not straighten on the "
    "way up.",
    "seated-calf-raise": "Sit with the knees at 90°, feet flat, a weight on the thigh just above "
    "the knee. Lift the heel as high as you can, and lower it slowly. The knee stays over the "
    "foot.",
    "eccentric-calf-raise": "Stand on a step on the balls of the feet. Rise with both feet, shift "
    "the weight to one, and lower its heel for 3 s to below the step. Come up with both feet "
    "again. The sensor is on the leg that lowers.",
    "jumping-calf-raise": "Stand tall with soft knees. Push off from the balls of both feet into a "
    "small jump, land on the balls of the feet, and let the heels sink. Settle before the "
    "next one.",
    "soleus-squat": "Squat until the thighs are about half-way down, back against a wall if "
    "needed, and stay there. Rise on the balls of the feet, and lower the heels. The hips stay at "
    "one height but for the rise.",
    "tibialis-raise": "Lean with the back against a wall, feet a foot's length in front of it, "
    "knees straight. Pull the toes up as far as you can, heels on the floor, and lower them "
    "slowly.",
    "double-leg-hop": "Hop on the spot on the balls of both feet, hands on the hips. Keep the "
    "knees almost straight and the contacts short. Land where you took off.",
    "single-leg-hop": "Hop on the spot on the ball of one foot, the other knee lifted a little. "
    "Keep the contacts short and the heel off the floor. The sensor is on the hopping leg.",
    "box-jump": "Stand on a low box. Step or drop off it, land on both feet, and jump up again at "
    "once onto the box in front of you. Watch for a short contact and quiet knees.",
    "drop-jump": "Stand on a low box, hands on the hips. Step off it with one foot without jumping "
    "up, land on both feet, and jump at once as high as you can. Keep the contact short, and land "
    "where you took off. Step back onto the box for the next.",
    "calf-raise-hold": "Rise on the ball of the foot, or of both, as for a calf raise, and stay at "
    "the top. Fingertips on a wall for balance only. End the hold when the heel sinks.",
    "seated-calf-raise-hold": "Sit as for the seated calf raise, a weight on the thigh. Lift the "
    "heel, and hold it at one height until the time is over. Then lower it slowly.",
    "leg-press-hold": "Sit in the leg press with the balls of the feet on the plate, knees almost "
    "straight. Press the plate away by the ankles, and hold it there. Keep the knees from locking.",
    "single-leg-balance": "Stand on one foot, hands on the hips, eyes ahead. Lift the other foot, "
    "and stand as still as you can. The set ends when the lifted foot touches the floor. The "
    "sensor is on the standing leg.",
    "hop-to-balance": "Hop forward from one foot, and land on the same foot. Freeze at once, and "
    "balance until the time is over. The sensor is on the landing leg.",
    "vele-forward-lean": "Stand tall and barefoot, feet hip-width apart, arms hanging. Lean "
    "forward from the ankles as one straight piece, heels on the floor, until the toes grip it by "
    "themselves. Hold, come back to upright, and stand still for a breath before the next lean. "
    "Watch that the hips do not bend and the heels do not lift.",
    "short-foot": "Sit with the foot flat, later stand. Draw the ball of the foot towards the heel "
    "so that the arch rises, and hold. The toes stay long and flat, the heel and the ball of the "
    "foot on the floor; don't roll the foot outwards.",
    "heel-walk": "Pull the toes of both feet up, and walk on the heels. Take short, even steps, "
    "with the back straight. End when the toes begin to drop.",
    "heel-toe-walk": "Walk slowly, and roll over each foot from the heel to the tips of the toes. "
    "Rise on the toes at the end of each step, and keep the trunk upright.",
}
"""Start position, movement, what to watch, and on which leg the sensor is where that matters."""


def measured_on(exercise: str) -> str:
    """On whom an exercise has been measured."""
    return MEASURED.get(exercise, SIMULATED)
