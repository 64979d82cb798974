"""What the window and the command line may ask for: frozen rows out, nothing of the store or the network leaks."""
