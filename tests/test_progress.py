import io

from textlstm import progress

STEP = {
    "epoch": 2, "epochs": 8, "done": 0.5, "loss": 0.25, "tokens_per_second": 51234.0, "left": 95.0,
}  # fmt: skip
EPOCH = {
    "epoch": 2, "loss": 0.5, "valid_loss": 0.4, "valid_score": 0.9, "score_name": "accuracy",
    "seconds": 61.0, "tokens_per_second": 5000.0, "padding": 0.034, "waited": 0.2, "best": True,
}  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_step_fits_a_narrow_terminal():
    line = progress.step_line(STEP)
    assert line == "epoch 2/8  50%  loss 0.2500  51,234 tokens/s  1:35 left at most"
    assert len(line) < 80


def test_an_epoch_shows_padding_and_waiting():
    line = progress.epoch_line(EPOCH)
    assert "padding 3.4%" in line and "waited for data 0.2 s" in line and line.endswith("✔ best")


def test_clock():
    assert [progress.clock(s) for s in (3, 59.6, 95, 3725)] == ["3 s", "1:00", "1:35", "1:02:05"]


def test_piped_output_has_no_control_characters():
    stream = io.StringIO()
    plain = progress.for_stream(stream)
    plain.say("reading a.csv")
    plain.step(STEP)
    plain.epoch(EPOCH)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2  # the step came within ten seconds
    assert "\x1b" not in stream.getvalue() and "\r" not in stream.getvalue()


def test_a_terminal_gets_one_live_line():
    stream = Terminal()
    live = progress.for_stream(stream)
    assert isinstance(live, progress.Live)
    live.step(STEP)
    drawn = stream.getvalue()
    assert "50%" in drawn
    live.step(STEP)
    assert stream.getvalue() == drawn  # five times a second at most
    live.epoch(EPOCH)
    live.say("[bold]kept as it is[/bold]")
    text = stream.getvalue()
    assert "valid accuracy 0.9000" in text
    assert "[bold]kept as it is[/bold]" in text
