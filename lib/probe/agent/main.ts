import { ask } from "./ask.ts";
import { rate } from "./rate.ts";
import { serve } from "./serve.ts";

const command = process.argv[2];

if (command === "serve") {
  serve(process.env).catch((error: NodeJS.ErrnoException) => {
    process.stderr.write(`cannot serve: ${error.code ?? error.message}\n`);
    process.exit(1);
  });
} else if (command === "ask") {
  ask(process.env);
} else if (command === "rate") {
  rate(process.argv.slice(3));
} else {
  process.stderr.write("usage: node agent.cjs serve|ask|rate HOST PORT COUNT CONCURRENCY\n");
  process.exit(2);
}
