"""Run figure scripts in sandboxed processes with limits, and clean up everything that they leave."""
