"""What an analysis may know of person and sensor: frozen values, not how they are learnt."""
