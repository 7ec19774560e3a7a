"""What a soak has measured stands under its outcome."""


def pytest_terminal_summary(terminalreporter):
    """Print the figures that the tests have recorded."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    measured = [
        (report, dict(report.user_properties).get("figures"))
        for report in reports
        if getattr(report, "when", "") == "call"
    ]
    lines = [
        f"{report.outcome:7} {report.nodeid.rpartition('::')[2]}: {figures}"
        for report, figures in measured
        if figures
    ]
    if lines:
        terminalreporter.section("soak")
        for line in lines:
            terminalreporter.line(line)
