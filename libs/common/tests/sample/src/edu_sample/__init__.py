"""Two small services that use every common mechanism: a sender of events and a receiver."""
