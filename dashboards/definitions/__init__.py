"""What the platform's dashboards show, in Python; dashboards/generate.py writes them as Grafana's JSON."""
