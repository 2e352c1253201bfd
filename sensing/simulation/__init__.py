"""Makes recordings up, with exact truth, from the physics of feet, shanks and cheap sensors.

``simulate(Options(exercise=…, seed=…))`` draws a person, lets the person do the exercise, straps a
sensor on and gives what the sensor would have sent beside what was really done. Nothing here was
validated on people: a figure reached on these recordings is a floor, never accuracy on people.
"""
