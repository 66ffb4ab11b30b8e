"""`rezoning ensemble`: where plans stand among plans that nobody optimized."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, interruptible, say
from rezoning.cli.options import Json, Replace, Tongue, reads_plans, with_language
from rezoning.cli.result import put_json, stream
from rezoning.district.plans.how import PlanReading

if TYPE_CHECKING:
    from rezoning.commands.ensembles import Ensemble


@reads_plans
def ensemble_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML); its rules hold, its goals are only measured.")],
    plans: Annotated[list[Path] | None, typer.Argument(metavar="[PLAN_OR_RUN]...", help="Plan files or run directories, at most eight.")] = None,
    *,
    how: PlanReading,
    steps: Annotated[int, typer.Option("--steps", min=1, metavar="N", help="Steps of each chain.")] = 500_000,
    every: Annotated[int, typer.Option("--every", min=1, metavar="K", help="Steps from one sample to the next.")] = 500,
    chains: Annotated[int, typer.Option("--chains", min=1, max=64, metavar="N", help="Chains, each with another start.")] = 2,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of all chance; solve.seed when left out.", show_default=False)] = None,
    mix: Annotated[
        float, typer.Option("--mix", min=0, max=1, metavar="SHARE", help="Share of steps that merge two zones and divide them anew; 0: none.")
    ] = 0.05,
    start: Annotated[
        Path | None, typer.Option("--start", metavar="PLAN_OR_RUN", help="Where the first chain begins; today's zones when left out.")
    ] = None,
    peer: Annotated[str | None, typer.Option("--with", metavar="gerrychain", help="A chain of that program beside ours.")] = None,
    peer_steps: Annotated[int, typer.Option("--with-steps", min=1, metavar="N", help="Its steps.")] = 20_000,
    audits: Annotated[int, typer.Option("--audits", min=0, metavar="N", help="Samples of each chain that are audited.")] = 100,
    keep_plans: Annotated[int, typer.Option("--keep-plans", min=0, metavar="N", help="Samples that are kept as plan files.")] = 0,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.1, help="When sampling ends at the latest; the same seed gives another number then.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Directory; <scenario>-ensemble when left out.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the file. May be repeated.")] = None,
    language: Tongue = None,
    replace: Replace = False,
    as_json: Json = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are; no progress, no summary.")] = False,
) -> None:
    """Draw plans at random under the rules, and say where today's zones and plans stand among them.

    Nothing is optimized: a Markov chain changes one unit at a time, or merges two zones and divides them anew, and keeps every rule at each step.
    It is not a random sample of all plans; with --mix 0 every plan that single changes reach is as likely as any other. The same seed gives the
    same samples.

    Files: ensemble.html and ensemble.png, .svg (hide numbers of few students), ensemble.json and .csv (every number, not for publication).

    Exit codes: 0 done, 3 bad scenario or data, 4 no plan exists under the rules, 5 no plan to begin at was found in solve.time_limit,
    7 the audit rejected a sample, 130 interrupted (written with the samples so far).
    """

    def work() -> int:
        from rezoning.cli.progress import board
        from rezoning.commands.ensembles import ensemble, place_of
        from rezoning.commands.run import read_scenario

        asked = read_scenario(scenario, with_language(settings, language))
        place = place_of(asked, out, replace=replace)

        def draw(stop: threading.Event) -> Ensemble:
            return ensemble(
                asked, plans or [], place, steps=steps, every=every, chains=chains, seed=seed, mix=mix, start=start, peer=peer, peer_steps=peer_steps,
                audits=audits, keep_plans=keep_plans, seconds=seconds, how=how, replace=replace, watcher=shown, stop=stop,
            )  # fmt: skip

        with board(is_quiet) as shown:
            found = interruptible(draw, shown.tick)
        return _report(found, place, as_json=as_json, is_quiet=is_quiet)

    guarded(work, as_json, is_quiet=is_quiet)


def _report(found: Ensemble, place: Path, *, as_json: bool, is_quiet: bool) -> int:
    from rezoning.cli.result import put
    from rezoning.report.ensemble import ensemble_screen
    from rezoning.report.language import english_of
    from rezoning.report.screen import screen
    from rezoning.runs.names import shown_path

    if as_json:
        put_json({**found.record, "directory": str(place)})
    elif is_quiet:
        put(f"{shown_path(place)}\n")
    else:
        ensemble_screen(screen(stream()), found.record, found.samples(), place, english_of(found.scenario.report))
    if found.exit_code == 7:
        say("The audit rejected sampled plans; ensemble.json says which rules they break. There is no page.")
    elif not is_quiet:
        page = "hide numbers of few students" if found.refused is None else f"are not written, for they cannot be shown safely ({found.refused})"
        say(f"ensemble.html and the figure {page}; ensemble.json and ensemble.csv hold all, not for publication.")
    if found.exit_code == 130:
        say("Interrupted; what was sampled is written.")
    return found.exit_code
