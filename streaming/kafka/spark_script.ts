import { UserError } from "../../core/errors.ts";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";

/** Options of {@linkcode sparkScript}; each is a default that the job's own flags override. */
export interface SparkScriptOptions {
  /** Brokers, as {@linkcode parseBootstrap} reads them. Default `localhost:29092`. */
  readonly bootstrap?: string | readonly string[];
  /** Regular expression (Java's) of the topics to read. Default `logs\.raw\..*`. */
  readonly pattern?: string;
  /** Folder in which Spark keeps where it is. Default `.dspy_checkpoints/spark_logs`. */
  readonly checkpoint?: string;
  /** Length of a window in milliseconds. Default 30,000. */
  readonly sizeMs?: number;
  /** Time from the start of one to the start of the next. Default 15,000, at most `sizeMs`. */
  readonly slideMs?: number;
  /** How far behind the newest time lines may come. Default 120,000. */
  readonly watermarkMs?: number;
  /** Lines of a window at most. Default 1,000. */
  readonly maxLines?: number;
  /** Characters of a line at most. Default 4,096. */
  readonly maxChars?: number;
  /** Name of the job for Spark. Default `dspy-logs`. */
  readonly appName?: string;
}

/**
 * Writes a PySpark Structured Streaming job that makes of `logs.raw.*` the same windows on
 * `logs.ctx.*` as `windowLogs` of `streaming/logs` does, for logs that outgrow one machine. It needs
 * Spark 3.5 or newer with its Kafka package of the same version.
 *
 * What differs, since Spark decides it: there is one watermark for all topics and partitions, it
 * moves between micro-batches, and a window that was written when the job was killed is written
 * again, with the same `id` header, by which the bus's readers know it. A `line` that is no text
 * counts as its JSON, and a `ts` from the year 5138 on as none.
 *
 * @returns the text of a Python file.
 * @throws {UserError} `usage` for a bad broker or number.
 *
 * @example
 * ```ts
 * import { sparkScript } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * const script = sparkScript({ bootstrap: "kafka:9092" });
 * assert.match(script, /default="kafka:9092"/);
 * assert.match(script, /withWatermark/);
 * ```
 */
export function sparkScript(options: SparkScriptOptions = {}): string {
  const {
    bootstrap = "localhost:29092",
    pattern = "logs\\.raw\\..*",
    checkpoint = ".dspy_checkpoints/spark_logs",
    sizeMs = 30_000,
    slideMs = Math.min(15_000, sizeMs),
    watermarkMs = 120_000,
    maxLines = 1_000,
    maxChars = 4_096,
    appName = "dspy-logs",
  } = options;
  for (
    const [name, value] of Object.entries({ sizeMs, slideMs, watermarkMs, maxLines, maxChars })
  ) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new UserError("usage", `${name} is ${value}`, { hint: "it is a whole number above 0" });
  }
  if (slideMs > sizeMs) {
    throw new UserError("usage", `slideMs is ${slideMs}, more than sizeMs, ${sizeMs}`, {
      hint: "lines between two windows would be in none",
    });
  }
  const brokers = parseBootstrap(bootstrap).map(formatBroker).join(",");
  if (brokers === "") throw new UserError("usage", "no Kafka broker is named");
  const defaults: Readonly<Record<string, string | number>> = {
    BOOTSTRAP: brokers,
    PATTERN: pattern,
    CHECKPOINT: checkpoint,
    WINDOW: sizeMs / 1000,
    SLIDE: slideMs / 1000,
    WATERMARK: watermarkMs / 1000,
    MAX_LINES: maxLines,
    MAX_CHARS: maxChars,
    APP_NAME: appName,
  };
  // What JSON makes of a text or number, Python reads as the same.
  return SCRIPT.replace(/\{\{(\w+)\}\}/g, (_, name) => JSON.stringify(defaults[name]));
}

const SCRIPT = String.raw`#!/usr/bin/env python3
"""Windows over log lines: logs.raw.* -> logs.ctx.*, written by "dspy-code spark-script".

    spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.13:<version of Spark> THIS_FILE

A line counts when it names an error or a warning. Windows are by topic and partition, aligned to the
epoch, and written once, when the watermark has passed them; a restart with the same checkpoint folder
goes on where it was.
"""
import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HIT = "(?i)error|warn|traceback|exception|failed|timeout|fatal"
ERROR = "(?i)fatal|error|traceback|exception|failed|timeout"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", default={{BOOTSTRAP}})
    parser.add_argument("--pattern", default={{PATTERN}}, help="topics, as a regular expression")
    parser.add_argument("--checkpoint", default={{CHECKPOINT}})
    parser.add_argument("--window", type=float, default={{WINDOW}}, help="seconds")
    parser.add_argument("--slide", type=float, default={{SLIDE}}, help="seconds")
    parser.add_argument("--watermark", type=float, default={{WATERMARK}}, help="seconds")
    parser.add_argument("--max-lines", type=int, default={{MAX_LINES}})
    parser.add_argument("--max-chars", type=int, default={{MAX_CHARS}})
    parser.add_argument("--starting", default="earliest", choices=["earliest", "latest"])
    parser.add_argument("--every", type=float, default=5, help="seconds between micro-batches")
    parser.add_argument("--updates", action="store_true", help="write windows that may still grow, too")
    return parser.parse_args()


def milliseconds(seconds):
    return f"{round(seconds * 1000)} milliseconds"


def lines_of(messages):
    """One row for each line: the text in {"line", "ts"}, a JSON string, or the text as it is."""
    text = F.col("text")
    parsed = messages.select(
        "topic", "partition", "offset", "timestamp", F.col("value").cast("string").alias("text")
    )
    whole = F.get_json_object(text, "$")
    is_object = text.startswith("{") & whole.isNotNull()
    line = (
        F.when(is_object, F.get_json_object(text, "$.line"))
        .when(text.startswith('"'), F.coalesce(whole, text))
        # Other JSON holds no line.
        .when(whole.isNull(), text)
    )
    number = F.from_json(text, "ts DOUBLE", {"allowNonNumericNumbers": "false"})["ts"]
    # A time that no clock shows would end the job, or make all other lines late.
    ts = F.when(is_object & (number >= 0) & (number < 1e14), number)
    # Numbers below are seconds: as milliseconds they would lie before March 1973.
    own = F.floor(F.when(ts < 1e11, ts * 1000).otherwise(ts))
    return parsed.select(
        "topic",
        "partition",
        "offset",
        line.alias("line"),
        F.coalesce(own, F.unix_millis("timestamp")).alias("ms"),
    ).where(F.col("line").isNotNull())


def windows_of(lines, options):
    """Hits are told apart within the aggregation: a filter before it would be moved below the
    watermark, which then saw the times of hits only."""
    is_hit = F.col("line").rlike(HIT)
    is_error = F.col("line").rlike(ERROR)
    kept = F.struct("ms", "offset", F.substring("line", 1, options.max_chars).alias("line"))
    span = F.window("event", milliseconds(options.window), milliseconds(options.slide))
    return (
        lines.withColumn("event", F.timestamp_millis("ms"))
        .withWatermark("event", milliseconds(options.watermark))
        .groupBy(span.alias("span"), "topic", "partition")
        .agg(
            F.collect_list(F.when(is_hit, kept)).alias("hits"),
            F.sum(F.when(is_error, 1).otherwise(0)).alias("error_count"),
            F.sum(F.when(is_hit & ~is_error, 1).otherwise(0)).alias("warn_count"),
        )
        .where(F.size("hits") > 0)
    )


def messages_of(windows, options):
    start, end = F.unix_millis("span.start"), F.unix_millis("span.end")
    first = F.slice(F.sort_array("hits"), 1, options.max_lines)
    value = F.struct(
        F.transform(first, lambda hit: hit["line"]).alias("ctx"),
        F.struct(
            "error_count", "warn_count", (F.col("error_count") + F.col("warn_count")).alias("total")
        ).alias("stats"),
        F.struct(start.alias("start"), end.alias("end")).alias("window"),
    )
    name = F.concat_ws(
        "/", F.lit("spark"), "topic", F.col("partition").cast("string"), F.concat_ws("-", start, end)
    )
    if options.updates:
        name = F.concat_ws("/", name, (F.col("error_count") + F.col("warn_count")).cast("string"))
    return windows.select(
        F.regexp_replace("topic", r"^logs\.raw\.", "logs.ctx.").alias("topic"),
        F.to_json(value).alias("value"),
        F.array(
            F.struct(F.lit("id").alias("key"), name.cast("binary").alias("value"))
        ).alias("headers"),
    )


def main():
    options = arguments()
    spark = SparkSession.builder.appName({{APP_NAME}}).getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    raw = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", options.bootstrap)
        .option("subscribePattern", options.pattern)
        .option("startingOffsets", options.starting)
        .option("failOnDataLoss", "false")
        .load()
        # A pattern that is too wide must not feed the job with what it writes.
        .where(F.col("topic").startswith("logs.raw."))
    )
    out = messages_of(windows_of(lines_of(raw), options), options)
    query = (
        out.writeStream.format("kafka")
        .option("kafka.bootstrap.servers", options.bootstrap)
        .option("includeHeaders", "true")
        .option("checkpointLocation", options.checkpoint)
        .outputMode("update" if options.updates else "append")
        .trigger(processingTime=f"{round(options.every * 1000)} milliseconds")
        .start()
    )
    query.awaitTermination()


if __name__ == "__main__":
    main()
`;
