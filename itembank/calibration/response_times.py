"""Items' response times: the lognormal model, fitted by EM.

    ln T_ij = beta_i - tau_j + e_ij / alpha_i,   tau_j ~ N(0, s^2),   e ~ N(0, 1)

van der Linden (2007), eqs. 1 and 4, the speeds integrated out: given the items, a person's speed is normal, so that both
steps have closed forms. Items with few times borrow from the others: beta_i is normal about the mean of all items, and
1 / alpha_i^2 counts `PRIOR_TIMES` times of the pooled residual variance besides its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from itembank.calibration.responses import Responses
from itembank.response_times import ResponseTime

PRIOR_TIMES = 10.0
_SMALLEST_VARIANCE = 1e-4


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """`items` by id; `speed_sd` is s, the standard deviation of log speed; `log_likelihood` the marginal one."""

    items: Mapping[str, ResponseTime]
    speed_sd: float
    log_likelihood: float
    iterations: int
    converged: bool


def fit_response_times(
    responses: Responses, *, tolerance: float = 1e-6, max_iterations: int = 1000
) -> ResponseTimes:
    """Fit every item that has been timed; times that are missing or not positive are left out.

    An iteration that moves no beta, log alpha or s by more than `tolerance` ends it. Raises ValueError when the
    responses have no times at all.
    """
    if responses.seconds is None:
        raise ValueError("these responses have no times")
    timed = np.isfinite(responses.seconds) & (responses.seconds > 0)
    person, item = responses.person[timed], responses.item[timed]
    if not len(person):
        raise ValueError("these responses have no times")
    logs = np.log(responses.seconds[timed])
    weight = responses.count[person]
    persons, items = len(responses.persons), len(responses.items)
    seen = np.bincount(item, weight, minlength=items)
    present = seen > 0
    crowd = np.bincount(person, minlength=persons) > 0
    people = float(responses.count[crowd].sum())

    beta = np.bincount(item, weight * logs, minlength=items) / np.maximum(seen, 1.0)
    precision = np.full(items, 1.0 / max(float(np.var(logs - beta[item])), _SMALLEST_VARIANCE))
    speed_variance = 0.5 / float(precision[0])
    likelihood, done, converged = -np.inf, 0, False
    while done < max_iterations:
        done += 1
        of_answer = precision[item]
        total = 1.0 / speed_variance + np.bincount(person, of_answer, minlength=persons)
        off = beta[item] - logs
        pull = np.bincount(person, of_answer * off, minlength=persons)
        speed, spread = pull / total, 1.0 / total
        squares = np.bincount(person, of_answer * off**2, minlength=persons)
        log_precision = np.bincount(person, np.log(of_answer), minlength=persons)
        answers = np.bincount(person, minlength=persons)
        each = 0.5 * (
            log_precision
            - answers * np.log(2 * np.pi)
            - np.log(speed_variance * total)
            - squares
            + pull**2 / total
        )
        likelihood = float(responses.count[crowd] @ each[crowd])

        centre = float(beta[present].mean())
        among = max(float(beta[present].var()), _SMALLEST_VARIANCE)
        own = np.bincount(item, weight * (logs + speed[person]), minlength=items)
        new_beta = (own * precision + centre / among) / (seen * precision + 1.0 / among)
        left = logs - new_beta[item] + speed[person]
        residual = np.bincount(item, weight * (left**2 + spread[person]), minlength=items)
        pooled = float(residual.sum() / seen.sum())
        variance = (residual + PRIOR_TIMES * pooled) / (seen + PRIOR_TIMES)
        new_precision = 1.0 / np.maximum(variance, _SMALLEST_VARIANCE)
        new_speed = max(
            float(responses.count[crowd] @ (speed**2 + spread)[crowd]) / people, _SMALLEST_VARIANCE
        )
        moved = max(
            float(np.abs(new_beta - beta)[present].max()),
            float(np.abs(np.log(new_precision / precision))[present].max()) / 2.0,
            abs(np.sqrt(new_speed) - np.sqrt(speed_variance)),
        )
        beta, precision, speed_variance = new_beta, new_precision, new_speed
        if moved < tolerance:
            converged = True
            break
    fitted = {
        responses.items[i]: ResponseTime(float(beta[i]), float(np.sqrt(precision[i])))
        for i in np.flatnonzero(present).tolist()
    }
    return ResponseTimes(fitted, float(np.sqrt(speed_variance)), likelihood, done, converged)
