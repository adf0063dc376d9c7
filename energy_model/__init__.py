"""Hourly dispatch and expansion planning of Tongliao's power system."""
