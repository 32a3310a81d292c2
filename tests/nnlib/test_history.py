"""The record of a training run."""

from nnlib.history import EpochRecord, History


def record(loss, validation_loss=None):
    validation = {} if validation_loss is None else {"hits": validation_loss * 100}
    return EpochRecord(loss, 0.1 * loss, {"hits": loss * 10}, validation_loss, validation)


def test_lists_follow_the_records():
    history = History(("hits",))
    history.records += [record(4.0, 5.0), record(2.0, 6.0)]
    assert history.epochs == 2
    assert history.loss == [4.0, 2.0]
    assert history.validation_loss == [5.0, 6.0]
    assert history.learning_rate == [0.4, 0.2]
    assert history.metrics == {"hits": [40.0, 20.0]}
    assert history.validation_metrics == {"hits": [500.0, 600.0]}


def test_without_validation_its_lists_are_empty():
    history = History(("hits",))
    history.records.append(record(4.0))
    assert history.validation_loss == []
    assert history.validation_metrics == {"hits": []}


def test_before_the_first_epoch_everything_is_empty():
    history = History(("hits",))
    assert history.epochs == 0 and history.loss == [] and history.best_epoch is None
    assert history.metrics == {"hits": []}
    assert repr(history) == "History(epochs=0, stopped='completed')"


def test_the_best_epoch_goes_by_validation_where_there_is_one():
    with_validation, without = History(), History()
    with_validation.records += [record(3.0, 2.0), record(2.0, 1.0), record(1.0, 1.0)]
    without.records += [record(3.0), record(2.0), record(1.0)]
    assert with_validation.best_epoch == 2
    assert without.best_epoch == 3


def test_repr_tells_the_outcome():
    history = History()
    history.records.append(record(0.051234))
    history.stopped = "early stopping"
    assert repr(history) == "History(epochs=1, loss=0.05123, stopped='early stopping')"
