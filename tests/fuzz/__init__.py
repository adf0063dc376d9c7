"""Whatever is done to the inputs."""
