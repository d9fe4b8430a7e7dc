"""Figure scripts run in processes of their own, with limits, and nothing of them left behind."""
