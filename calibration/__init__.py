"""What is known of one person, sensor and way of wearing it, and how it is learnt."""
