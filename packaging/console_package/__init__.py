"""Makes what people install: the folder of a packaged console, and packages of it."""
