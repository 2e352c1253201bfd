"""Hops: initial contacts, toe-offs, and the contact and flight times between them."""
