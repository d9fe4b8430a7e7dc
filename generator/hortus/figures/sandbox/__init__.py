"""Run figure scripts in their own processes, with limits, and clean up everything that they leave."""
