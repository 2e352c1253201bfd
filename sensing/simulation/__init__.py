"""Simulates recordings with ground truth, from the physics of feet, shanks and cheap sensors.

``simulate(Options(exercise=…, seed=…))`` draws a person, an exercise and a sensor, and returns what
the sensor would have sent with what was done. People lean, hurry, shake and strike the floor as
much as the six of whom there are recordings of raises at the ankle (``raise_habits.py``); with
``idealised`` they move as a model would. The rest was never compared with people. A figure reached
on these recordings is a floor, never accuracy on people.
"""
