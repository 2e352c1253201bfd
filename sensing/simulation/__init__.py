"""Simulates recordings with ground truth, from the physics of feet, shanks and cheap sensors.

``simulate(Options(exercise=…, seed=…))`` draws a person, an exercise and a sensor, and returns what
the sensor would have sent with what was done. Nothing here was validated on people: a figure
reached on these recordings is a floor, never accuracy on people.
"""
