// The types of what flows through the page. Nothing here runs.
// A run and its steps come from the server: `make lint` holds their shapes against its /openapi.json
// (tests/types/contract.ts). States and frames are ours.

/** @import { Guess } from "./guess.js" */
/** @import { History } from "./history.js" */
/** @import { Losses } from "./losses.js" */
/** @import { OpRow } from "./ops.js" */
/** @import { Targets } from "./targets.js" */
/** @import { Timebase } from "./timebase.js" */

/** @typedef {"queued" | "running" | "finished" | "failed" | "stopped"} Status */

/**
 * @typedef {object} RunRequest
 * @property {string} scenario
 * @property {number} processes how many P1, P2, …; an extra process such as "owner" is not counted
 * @property {number} iterations
 * @property {string} [guard]
 * @property {string | null} [start_method]
 * @property {string | null} [call]
 * @property {number | null} [chunksize]
 * @property {string} pace
 * @property {number} [step_ms]
 * @property {number} [seed]
 * @property {boolean} [traced]
 * @property {string | null} [acquire] where the lock is acquired, in the scenario `fix-it`
 * @property {string | null} [release]
 * @property {string[] | null} [schedule] at the pace `step`: the steps that are taken before it waits for grants
 */

/** @typedef {{name: string, pid: number | null, exitcode: number | null, state: "starting" | "running" | "blocked" | "ended"}} ProcessView */
/** What steps are about. `guards`: it is the lock inside that shared object; `owner`: only that process has it.
 * @typedef {object} Target
 * @property {string} name
 * @property {"cell" | "lock" | "semaphore" | "event" | "condition" | "barrier" | "queue" | "pipe" | "pool" | "process"} kind
 * @property {string} [guards]
 * @property {boolean} [is_reentrant]
 * @property {string} [owner]
 */
/** `final` is null until the run has ended; `expected` and `lost` where they cannot be known.
 * @typedef {{name: string, initial: number, expected: number | null, final: number | null, writes: number, lost: number | null, lost_at_least?: number}} CellSummary */
/** @typedef {{cells: CellSummary[], duration_ms: number | null, unrecorded: number | null, consistent: boolean | null}} Summary */
/** One instruction of the interpreter, and the line of the code shown that it belongs to.
 * @typedef {{line: number, name: string, argument: string}} Instruction */

/** @typedef {{file: string, name: string, text: string, python: string, bytecode: Instruction[]}} Code */
/** What a process would do next, at the pace `step`, and why it cannot, where it cannot.
 * @typedef {{process: string, op: string, target: string, line: number, obstacle: string | null}} NextStep */
/** A process that waits for ever, and for what. A queue has no holder.
 * @typedef {{process: string, waits_for: string, held_by: string | null}} Blocked */

/**
 * @typedef {object} RunView
 * @property {string} id
 * @property {Status} status
 * @property {string | null} [reason]
 * @property {number | null} [place]
 * @property {RunRequest} request
 * @property {ProcessView[]} processes
 * @property {Target[]} targets each declared before the first step that needs it
 * @property {number} steps
 * @property {Summary} summary
 * @property {Record<string, number>} [adds] by how much each cell grows if nothing is lost
 * @property {Code | null} [code]
 * @property {Code[]} [sources] the files that its processes have declared beside it
 * @property {Blocked[] | null} [deadlock] where a deadlock ended the run
 * @property {string[]} [runnable] at the pace `step`: the processes that can take a step now
 * @property {NextStep[]} [next] at the pace `step`, while it runs: what the processes at their gates would do next
 */

/** A process of a script: `does` is the function that it runs.
 * @typedef {ProcessView & {parent: string | null, does?: string}} ScriptProcess */

/** What is shared in a script. `whole` is what a cell is a part of; `made` the number of the source, from 1, and the line.
 * @typedef {Target & {whole?: string, what?: string, made?: [number, number], amount?: number, has_lock?: boolean}} ScriptTarget */

/** @typedef {{file: string, line: number, process: string}} FindingLine */

/** A fault, with its evidence: `steps` are indices of steps. `run` is the recording in which it was made to happen.
 * @typedef {object} Finding
 * @property {"lost_update" | "atomicity" | "torn_read" | "deadlock" | "lost_signal" | "hang" | "left_over" | "lock_not_shared" | "not_shared"} kind
 * @property {"happened" | "shown" | "suspected"} certainty
 * @property {string} target
 * @property {number} count
 * @property {FindingLine[]} lines
 * @property {number[]} steps
 * @property {string} message
 * @property {string} advice
 * @property {string} [run]
 * @property {string} [score]
 * @property {string} [tried]
 */

/** A cell may hold anything: what is no number is shown as text.
 * @typedef {{name: string, initial: number | string | boolean | null, expected: number | null, final: number | string | boolean | null, writes: number, updates: number, lost: number | null, lost_at_least?: number}} ScriptCell */
/** @typedef {{cells: ScriptCell[], duration_ms: number, unrecorded: number, consistent: boolean}} ScriptSummary */
/** @typedef {{what: string, file: string | null, line: number}} NotSeen */

/**
 * @typedef {object} ScriptRunView
 * @property {string} id
 * @property {Status} status
 * @property {string | null} reason
 * @property {string[]} command
 * @property {boolean} is_steered
 * @property {ScriptProcess[]} processes
 * @property {{name: string, process: string}[]} threads
 * @property {ScriptTarget[]} targets
 * @property {number} steps
 * @property {ScriptSummary} summary
 * @property {Finding[]} findings
 * @property {NotSeen[]} not_seen
 * @property {Code[]} sources
 * @property {Blocked[]} [deadlock]
 */

/** What a player plays: steps in order of time, and where updates were lost.
 * @typedef {object} Played
 * @property {number} length
 * @property {(index: number) => number} time when a step was, in ns
 * @property {(time: number) => number} countUpTo how many steps there were up to a time
 * @property {Pick<Losses, "next">} losses
 * @property {(from: number) => readonly number[]} deathsAhead the positions of the next writes that erase an update
 */

/** A batch of steps as the stream sends it: one array a field, null where a field does not apply.
 * @typedef {object} Columns
 * @property {number[]} index
 * @property {number[]} t_ns
 * @property {string[]} process
 * @property {string[]} op
 * @property {(string | null)[]} [target]
 * @property {(number | null)[]} [value]
 * @property {(string | null)[]} [text] what a cell of a script holds that is no number
 * @property {(number | null)[]} [version]
 * @property {(number | null)[]} [base]
 * @property {(number | null)[]} [lost]
 * @property {(number | null)[]} [line]
 * @property {(number | null)[]} [task]
 * @property {(string | null)[]} [file]
 * @property {(boolean | null)[]} [assumed]
 */

/** One step, with its process as a number: its index among the run's processes, so 0 is P1.
 * @typedef {object} Step
 * @property {number} index
 * @property {number} t
 * @property {number} process
 * @property {string} op
 * @property {string | null} target
 * @property {number | null} value
 * @property {number | null} version
 * @property {number | null} base
 * @property {number | null} lost
 * @property {number | null} line
 * @property {number | null} task
 * @property {string | null} file where the line is, if not in the code shown
 */

/** What a process holds privately: the value it read, of which version of which cell.
 * @typedef {{cell: string, value: number, version: number}} Register */

/**
 * @typedef {object} ProcessState
 * @property {string | null} op the last thing it did; null before it started
 * @property {string | null} cell the one that it read or wrote last
 * @property {Register | null} register
 * @property {number | null} computed the new value, once it has been computed
 * @property {number | null} wrote what it wrote last
 * @property {Register | null} wroteFrom what it had read to compute that, until it reads again
 * @property {string | null} holds the lock it holds
 * @property {string | null} waits what it waits for: a lock, a queue, a process
 * @property {number} line that it is on; 0 is none
 * @property {string | null} file where that line is, if not in the code shown
 * @property {number} done increments it has written
 * @property {boolean} ended
 * @property {boolean} failed an exception ended its code
 */

/**
 * @typedef {object} CellState
 * @property {string} name
 * @property {number} value
 * @property {number} version
 * @property {number} writes
 * @property {number} expected what the value would be had nothing been lost
 * @property {number} lost
 * @property {readonly number[]} lostOf lost updates by process
 * @property {boolean} isCertain false once a write went unrecorded: from then on nobody knows what was expected or lost
 */

/** `depth` is how often its holder has acquired it: more than once only where it is reentrant.
 * @typedef {{name: string, holder: number, depth: number, queue: readonly number[]}} LockState */

/** What the last step did to others: how many updates it erased, brought back, or made to be no longer counted, and
 * whose; and how many resets it erased.
 * @typedef {{erased: number, erasedOf: readonly number[], revived: number, revivedOf: readonly number[],
 *   settled: number, settledOf: readonly number[], resets: number}} Effect */

/** Everything that is true after the first `position` steps.
 * @typedef {object} State
 * @property {number} position
 * @property {readonly string[]} names of the processes: P1, P2, …, and last an extra one such as "owner"
 * @property {Targets} targets
 * @property {readonly ProcessState[]} processes
 * @property {readonly CellState[]} cells
 * @property {readonly LockState[]} locks
 * @property {Effect | null} effect
 */

/** @typedef {"value" | "timeline" | "map" | "lineage" | "code" | "anatomy" | "distribution"} Panel */

/** How the races are looked at: the panel below them, one of them alone (0 is the left one), big type, and
 * the cell that the charts are about (null is the first).
 * @typedef {{panel: Panel, solo: number | null, projector: boolean, cell: string | null}} Look */

/** Moments from and to. @typedef {{from: number, to: number}} Range */

/** One lost update on show as a clip: its moments from and to, and the positions that it consists of.
 * @typedef {Range & {positions: readonly number[]}} ClipOnShow */

/** What one race view shows, computed once a frame. Views only read it.
 * @typedef {object} ViewState
 * @property {RunView} run
 * @property {ScenarioInfo} scenario
 * @property {Variant} variant
 * @property {PaceInfo} pace
 * @property {Stage | null} stage how this variant is drawn and described; null while it is being fetched
 * @property {boolean} resting no run yet: the race view explains itself
 * @property {boolean} live steps may still come
 * @property {boolean} moving the position is changing by itself
 * @property {boolean} atEnd a finished run, shown after its last step
 * @property {State} before the state before the step on show
 * @property {State} state
 * @property {Step | null} step the step on show
 * @property {readonly Step[]} fresh steps to animate; empty after a jump
 * @property {number} progress how far the motion of the step on show has come, 0…1; 1 is at rest
 * @property {ClipOnShow | null} clip the lost update of this race that is on show as a clip
 * @property {number} motion how long a motion may take, in ms; 0 changes values in place
 * @property {number} position
 * @property {number} length
 * @property {History} history
 * @property {Timebase} timebase
 * @property {number} moment
 * @property {Range} range the moments that the charts show
 * @property {Look} look
 * @property {string} cell the name of the cell that the charts are about; "" where nothing is shared
 * @property {number} side 0 is the left race view
 * @property {number} races how many stand side by side
 * @property {Guess | null} guess
 * @property {string | null} trouble what is wrong with the connection, in words
 */

/** Where on the scrubber an update was lost, as a share of the whole; in which race, and by the write at which position.
 * `count` updates were lost there, or more: counting stops at a limit.
 * @typedef {{at: number, side: number, position: number, count: number}} LossMark */

/** What the transport shows: the one moment that all race views share.
 * @typedef {object} TransportState
 * @property {number} position of the race with the most steps
 * @property {number} length of that race
 * @property {number} moment
 * @property {number} start the moment before the first step
 * @property {number} last the moment at which the last race is over
 * @property {"steps" | "clock"} clock
 * @property {number | null} recorded how long it took to happen, in ns, as far as is known; null where a person set the pace
 * @property {number | null} slowed how many times slower than it happened it is shown
 * @property {boolean} playing
 * @property {boolean} following
 * @property {boolean} live
 * @property {boolean} flows more steps come by themselves
 * @property {boolean} rests nothing moves
 * @property {number} speed
 * @property {boolean} canLose something is shared that can lose updates
 * @property {number} losses how many updates are lost in all races
 * @property {string} lossesOnShow which of them the position is about; "" is none
 * @property {boolean} inviting at the end, with losses to look at
 * @property {readonly LossMark[]} lossMarks where updates were lost
 */

/** One of the three numbers of the scoreboard. Where there are several cells, `value` holds a number each.
 * @typedef {{label: string, value: string, note: string, isLoss?: boolean}} Figure */

/** How a kind of stage shows a run. `root` is the race view's part "stage".
 * @typedef {object} Stage
 * @property {(root: HTMLElement, actions: RaceActions) => {render: (view: ViewState) => void, destroy: () => void}} createStage
 * @property {(view: ViewState) => readonly Figure[]} figures exactly three
 * @property {(view: ViewState) => string} sentence the step on show; view.step is not null
 * @property {(view: ViewState) => string} outcome at the end
 * @property {(view: ViewState) => string} invitation at rest, before any run
 */

/** How a variant works: no lock, a right one, a wrong one; or there is nothing right or wrong about it.
 * @typedef {"none" | "right" | "faulty" | "plain"} Kind */
/** `locks` are those that all processes share, by name; `own_locks`: each has one of its own.
 * @typedef {{name: string, title: string, about: string, kind: Kind, stage: string, locks: string[], own_locks: boolean}} Variant */
/** `adverb` is how the processes then work, as the end of a sentence.
 * @typedef {{name: string, title: string, badge: string, about: string, adverb: string}} PaceInfo */
/** @typedef {{least: number, most: number, usual: number}} Amount */

/**
 * @typedef {object} ScenarioInfo
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {"guard" | "start_method" | "call"} field of the request, that holds the variant's name
 * @property {Variant[]} variants
 * @property {"pair" | "all" | "one"} lineup which of them stand side by side
 * @property {string} chosen the variant that is offered first
 * @property {Amount} processes
 * @property {Amount & {label: string}} iterations
 * @property {string[]} paces
 * @property {{pace: string, step_ms?: number, iterations?: number}} usual what the page offers first
 * @property {boolean} chunks whether the request takes a chunk size
 * @property {Panel[]} panels
 * @property {{name: string, initial: number}[]} cells what is shared, before anything runs
 * @property {string} sentence what would run; {…} is a placeholder for a choice, and [one|many] follows the number before it
 * @property {string} beside what stands beside it
 * @property {boolean} asks whether the page asks what the counter will show
 * @property {boolean} listed whether it is offered among the others; one with a page of its own is not
 */

/**
 * @typedef {object} Catalogue
 * @property {ScenarioInfo[]} scenarios
 * @property {PaceInfo[]} paces
 * @property {OpRow[]} ops
 * @property {RunRequest} demonstration
 * @property {{processes: number, iterations: number, steps: number, seconds: number, step_ms: [number, number], runs_side_by_side: number}} limits
 */

/** @typedef {{code: string, message: string, hint?: string | null}} Problem */

/** What the controls ask for. @typedef {object} Choice
 * @property {string} scenario
 * @property {string} variant
 * @property {number} processes
 * @property {number} iterations
 * @property {string} pace
 * @property {number | null} chunksize null leaves it to Python
 */

/** What a person can do with the races on show. Views call these and nothing else.
 * @typedef {object} RaceActions
 * @property {() => void} stop
 * @property {() => void} togglePlay
 * @property {(count: number) => void} step
 * @property {(position: number) => void} seek
 * @property {() => void} toStart
 * @property {() => void} toEnd
 * @property {(direction: 1 | -1) => void} toLoss plays the next or previous lost update as a clip
 * @property {(side: number, position: number) => void} playLoss plays the clip of what the write at this position of a race erased
 * @property {(speed: number) => void} setSpeed
 * @property {(view: ViewState) => void} share the lost update at its moment, as a picture
 * @property {() => void} goLive to the newest step, and to each that comes
 * @property {(name: "steps" | "clock") => void} setClock
 * @property {(changes: Partial<Look>) => void} look
 * @property {(factor: number, at: number) => void} zoom around a moment; a factor over 1 shows less
 * @property {(factor: number) => void} zoomHere around the moment on show; 0 shows all
 * @property {(share: number) => void} pan by a share of what is shown
 * @property {(process: number) => void} [take] where a person grants the steps: lets a process take its next step
 */

/** What a person can also do on the page of the races.
 * @typedef {object} PageActions
 * @property {(choice: Choice, guess: Guess | null) => void} run
 * @property {(choice: Choice) => void} choose
 * @property {() => void} start what is chosen, without a guess
 */

/** @typedef {RaceActions & PageActions} Actions */

export {};
