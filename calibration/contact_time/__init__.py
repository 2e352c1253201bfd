"""A person's timing of ground contacts, learnt beside a reference."""
