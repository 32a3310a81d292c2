"""What claims about speed rest on: each module times one thing, `make bench` runs them all."""
