import type { Language } from "./grammars.ts";

/** A file of one language for tests, with a class or alike that has a method, and a function. */
export interface Sample {
  readonly path: string;
  readonly text: string;
  /** Kind, qualified name and lines of each symbol: `method A.run 3-4`. */
  readonly symbols: readonly string[];
}

/** One file per language. */
export const SAMPLES: Readonly<Record<Language, Sample>> = {
  typescript: {
    path: "src/agent.ts",
    text: `import { readFile } from "node:fs/promises";
import type { Plan } from "./plan.ts";

export const LIMIT = 3;

/** Runs. */
export abstract class Agent<T> {
  readonly #plan: Plan;
  stop = () => this.#plan;
  async run(): Promise<T> {
    return await helper(this);
  }
  abstract name(): string;
}

export interface Named {
  name(): string;
}
export type Id = string;
enum Mood { Good }
namespace Inner { export function deep() {} }
export function over(a: string): void;
export function over(a: unknown): void { a; }
export const helper = async <T>(a: Agent<T>) => {
  function nested() {}
  return nested();
};
export default function () {}
`,
    symbols: [
      "constant LIMIT 4-4",
      "class Agent 7-14",
      "method Agent.stop 9-9",
      "method Agent.run 10-12",
      "signature Agent.name 13-13",
      "interface Named 16-18",
      "signature Named.name 17-17",
      "type Id 19-19",
      "enum Mood 20-20",
      "module Inner 21-21",
      "function Inner.deep 21-21",
      "signature over 22-22",
      "function over 23-23",
      "function helper 24-27",
      "function helper.nested 25-25",
      "function default 28-28",
    ],
  },
  tsx: {
    path: "src/app.tsx",
    text: `export const App = ({ name }: { name: string }) => <Box>{name}</Box>;
function Box(props: { children: unknown }) {
  return <div>{props.children}</div>;
}
`,
    symbols: ["function App 1-1", "function Box 2-4"],
  },
  javascript: {
    path: "lib/server.js",
    text: `const http = require("http");
function Server() {}
Server.prototype.listen = function () {};
exports.create = () => new Server();
const routes = {
  index() {},
  show: async () => {},
};
class View { handler = () => 1; static render() {} }
function* walk() {}
`,
    symbols: [
      "function Server 2-2",
      "method Server.listen 3-3",
      "function create 4-4",
      "constant routes 5-8",
      "method routes.index 6-6",
      "method routes.show 7-7",
      "class View 9-9",
      "method View.handler 9-9",
      "method View.render 9-9",
      "function walk 10-10",
    ],
  },
  python: {
    path: "pkg/agent.py",
    text: `import os.path
from . import tools

LIMIT = 3


@register(
    "agent",
)
class Agent(Base):
    """Runs."""

    def __init__(self):
        self.tools = tools.load()

    @property
    async def run(self):
        def nested():
            pass
        return nested()


double = lambda n: 2 * n
`,
    symbols: [
      "constant LIMIT 4-4",
      "class Agent 10-20",
      "method Agent.__init__ 13-14",
      "method Agent.run 17-20",
      "function Agent.run.nested 18-19",
      "function double 23-23",
    ],
  },
  go: {
    path: "cmd/main.go",
    text: `package main

import "fmt"

// Agent runs.
type Agent[T any] struct{ plan T }
type Runner interface{ Run() error }
type ID = string

const Limit = 3

func (a *Agent[T]) Run() error { return nil }
func main()                    { fmt.Println(helper()) }

var helper = func() int { return 1 }
`,
    symbols: [
      "struct Agent 6-6",
      "interface Runner 7-7",
      "signature Runner.Run 7-7",
      "type ID 8-8",
      "constant Limit 10-10",
      "method Agent.Run 12-12",
      "function main 13-13",
      "function helper 15-15",
    ],
  },
  rust: {
    path: "src/lib.rs",
    text: `use std::fmt;
mod plan;

pub const LIMIT: u8 = 3;

/// Runs.
#[derive(Debug)]
/// Well.
pub struct Agent<T>(T);

pub trait Run {
    fn run(&self);
    fn twice(&self) { self.run(); }
}

impl<T> Run for Agent<T> {
    #[inline]
    fn run(&self) {}
}

impl fmt::Display for Agent<u8> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { write!(f, "a") }
}

enum Mood { Good }
type Id = u8;
macro_rules! mac { () => {} }
mod inner { pub fn deep() {} }
`,
    symbols: [
      "constant LIMIT 4-4",
      "struct Agent 9-9",
      "trait Run 11-14",
      "signature Run.run 12-12",
      "method Run.twice 13-13",
      "impl Agent 16-19",
      "method Agent.run 18-18",
      "impl Agent 21-23",
      "method Agent.fmt 22-22",
      "enum Mood 25-25",
      "type Id 26-26",
      "macro mac 27-27",
      "module inner 28-28",
      "function inner.deep 28-28",
    ],
  },
  java: {
    path: "src/main/java/org/acme/Agent.java",
    text: `package org.acme;

import java.util.List;

/** Runs. */
@Service
@Named(
    "agent")
public class Agent implements Runner {
  public Agent() {}

  @Override public void run() { helper(); }

  enum Mood { GOOD; void show() {} }
  record Point(int x) {}
  interface Inner { int size(); }
}
`,
    symbols: [
      "class Agent 9-17",
      "method Agent.Agent 10-10",
      "method Agent.run 12-12",
      "enum Agent.Mood 14-14",
      "method Agent.Mood.show 14-14",
      "class Agent.Point 15-15",
      "interface Agent.Inner 16-16",
      "method Agent.Inner.size 16-16",
    ],
  },
};
