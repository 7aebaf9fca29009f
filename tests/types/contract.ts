// Whether the page and the server mean the same. Only types: `make lint` reads this, and nothing runs it.
//
//   execution/view.py …  ─▶ /openapi.json ─▶ build/openapi.d.ts ─┐
//                                                           ├─▶ compared here
//   static/js/core/types.js … written by hand, to be read  ──────┘
//
// The page's types are not taken from the generated ones. People read types.js to learn what flows through the page, in
// its own words, and an editor must understand it where nothing was generated. Nor need the two be alike: the page may
// know less of a field than the server promises, such as a state that is any text.

import type { components } from "../../build/openapi.js";
import type { Judgement, Placement, Size } from "../../static/js/pages/fix-it/placement.js";
import type * as explore from "../../static/js/core/explore.js";
import type * as rooms from "../../static/js/core/room.js";
import type * as room from "../../static/js/core/room-types.js";
import type { Granted } from "../../static/js/pages/scheduler/grant.js";
import type * as page from "../../static/js/core/types.js";

type Server = components["schemas"];

/** What the page takes answers for, by the server's names. */
interface Taken {
  RunView: page.RunView;
  RequestView: page.RunRequest;
  ProcessView: page.ProcessView;
  TargetView: page.Target;
  NextView: page.NextStep;
  Summary: page.Summary;
  CellSummary: page.CellSummary;
  Code: page.Code;
  BytecodeInstruction: page.Instruction;
  Blocked: page.Blocked;
  Columns: page.Columns;
  ScriptRunView: page.ScriptRunView;
  ScriptSummary: page.ScriptSummary;
  ScriptCellSummary: page.ScriptCell;
  Finding: page.Finding;
  FindingLine: page.FindingLine;
  NotSeen: page.NotSeen;
  ThreadView: page.ScriptRunView["threads"][number];
  Granted: Omit<Granted, "ok">;
  Problem: page.Problem;
  RoomView: room.RoomView;
  Shown: room.Shown;
  QuestionView: room.Question;
  Moved: room.Move;
  GameView: room.Game;
  OwnView: room.OwnView;
  Join: room.Joining;
  OpenedRoom: room.OpenedRoom;
  Seated: room.TakenSeat;
  Pressed: rooms.Pressed;
  Exploration: explore.Explored;
  Outcome: explore.CountedOutcome & { final: number };
  Deadlock: explore.CountedOutcome;
  Graph: explore.Graph;
  GraphState: explore.GraphState;
  GraphStep: explore.GraphStep;
  GraphEdge: explore.GraphEdge;
  Judgement: Judgement;
}

/** What the page asks for, by the server's names. */
interface Asked {
  RunRequest: page.RunRequest;
  ExploreRequest: explore.ExploreRequest;
  FixRequest: Size & Placement;
  GrantRequest: { process: string };
  ShownRequest: room.Shown;
  QuestionRequest: room.Asked;
  TurnRequest: room.Turn;
  VoteRequest: rooms.Vote;
  GameRequest: room.GameRequest;
  PressRequest: { game: number };
}

/** The names that the server knows are any text to the page: it has them from the server's own catalogue. */
type WithAnyNames<Shape> = {
  [Field in keyof Shape]: Shape[Field] extends string | null | undefined
    ? string | Exclude<Shape[Field], string>
    : Shape[Field];
};

type Fits<Given extends Wanted, Wanted> = Given;
type None<Field extends never> = Field;

/** Fields of the first that the second does not have, by shape. */
type Unknown<First, Second> = {
  [Name in keyof First & keyof Second]: Exclude<keyof First[Name], keyof Second[Name]>;
}[keyof First & keyof Second];

/** What the server answers is what the page takes it for. */
export type Answers = Fits<Pick<Server, keyof Taken>, Taken>;

/** The page knows of no field that the server never sends. */
export type FieldsOfAnswers = None<Unknown<Taken, Server>>;

/** What the page asks for is what the server takes. */
export type Requests = Fits<Asked, { [Name in keyof Asked]: WithAnyNames<Server[Name]> }>;

/** The page asks with no field that the server would refuse. */
export type FieldsOfRequests = None<Unknown<Asked, Server>>;
