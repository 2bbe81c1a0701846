import type { ProgramResult } from "../../core/command.ts";

/**
 * What the real runners wrote on tiny projects, by runner and case: Deno 2.9, Node 20, vitest 4,
 * jest 30, mocha 11, pytest 9, Cargo 1.95, Go 1.26. ROOT stands for the project's folder; other paths
 * and times are replaced.
 */
export const OUTPUTS: Readonly<Record<string, Readonly<Record<string, Partial<ProgramResult>>>>> = {
  "deno": {
    "all pass": {
      "code": 0,
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="deno test" tests="3" failures="0" errors="0" time="0.029">\n    <testsuite name="./a_test.ts" tests="3" disabled="0" errors="0" failures="0">\n        <testcase name="adds" classname="./a_test.ts" time="0.001" line="1" col="6">\n        </testcase>\n        <testcase name="steps" classname="./a_test.ts" time="0.002" line="2" col="6">\n        </testcase>\n        <testcase name="steps &gt; one" classname="./a_test.ts" time="0.000" line="3" col="11">\n        </testcase>\n    </testsuite>\n</testsuites>\n',
      },
    },
    "mixed": {
      "code": 1,
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.292">\n    <testsuite name="./a_test.ts" tests="3" disabled="1" errors="0" failures="1">\n        <testcase name="adds" classname="./a_test.ts" time="0.001" line="1" col="6">\n        </testcase>\n        <testcase name="breaks" classname="./a_test.ts" time="0.001" line="2" col="6">\n            <failure message="Uncaught Error: boom">Error: boom\n  throw new Error(&quot;boom&quot;);\n        ^\n    at file://ROOT/a_test.ts:3:9</failure>\n        </testcase>\n        <testcase name="later" classname="./a_test.ts" time="0.000" line="5" col="11">\n            <skipped/>\n        </testcase>\n    </testsuite>\n    <testsuite name="./b_test.ts" tests="1" disabled="0" errors="0" failures="0">\n        <testcase name="adds" classname="./b_test.ts" time="0.001" line="1" col="6">\n        </testcase>\n    </testsuite>\n</testsuites>\n',
      },
    },
    "no tests": {
      "code": 1,
      "stderr": "error: No test modules found\n",
    },
    "crash": {
      "code": 1,
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="deno test" tests="2" failures="1" errors="0" time="0.020">\n    <testsuite name="./a_test.ts" tests="2" disabled="0" errors="0" failures="1">\n        <testcase name="adds" classname="./a_test.ts" time="0.001" line="1" col="6">\n        </testcase>\n        <testcase name="ends" classname="./a_test.ts" time="0.001" line="2" col="6">\n            <failure message="Uncaught Error: Test case attempted to exit with exit code: 0">Error: Test case attempted to exit with exit code: 0\nDeno.test(&quot;ends&quot;, () =&gt; Deno.exit(0));\n                             ^\n    at ext:cli/40_test.js:193:13\n    at Object.exit (ext:deno_os/30_os.js:1:968)\n    at file://ROOT/a_test.ts:2:30</failure>\n        </testcase>\n    </testsuite>\n</testsuites>\n',
      },
    },
    "ansi": {
      "code": 1,
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="deno test" tests="1" failures="1" errors="0" time="0.034">\n    <testsuite name="./a_test.ts" tests="1" disabled="0" errors="0" failures="1">\n        <testcase name="red" classname="./a_test.ts" time="0.002" line="1" col="6">\n            <failure message="Uncaught Error: red">Error: red\n  throw new Error(&quot;\\x1b[31mred\\x1b[0m&quot;);\n        ^\n    at file://ROOT/a_test.ts:2:9</failure>\n        </testcase>\n    </testsuite>\n</testsuites>\n',
      },
    },
  },
  "node": {
    "all pass": {
      "code": 0,
      "stdout":
        "TAP version 13\n# Subtest: adds\nok 1 - adds\n  ---\n  duration_ms: 3.097941\n  ...\n# Subtest: suite\n    # Subtest: subs\n    ok 1 - subs\n      ---\n      duration_ms: 2.466327\n      ...\n    1..1\nok 2 - suite\n  ---\n  duration_ms: 3.234929\n  type: 'suite'\n  ...\n1..2\n# tests 2\n# suites 1\n# pass 2\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 425.678764\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n\t<testcase name="adds" time="0.003098" classname="test"/>\n\t<testsuite name="suite" time="0.003235" disabled="0" errors="0" tests="1" failures="0" skipped="0" hostname="host">\n\t\t<testcase name="subs" time="0.002466" classname="test"/>\n\t</testsuite>\n\t<!-- tests 2 -->\n\t<!-- suites 1 -->\n\t<!-- pass 2 -->\n\t<!-- fail 0 -->\n\t<!-- cancelled 0 -->\n\t<!-- skipped 0 -->\n\t<!-- todo 0 -->\n\t<!-- duration_ms 425.678764 -->\n</testsuites>\n',
      },
    },
    "mixed": {
      "code": 1,
      "stdout":
        "TAP version 13\n# Subtest: adds\nok 1 - adds\n  ---\n  duration_ms: 7.58537\n  ...\n# Subtest: breaks\nnot ok 2 - breaks\n  ---\n  duration_ms: 0.745649\n  location: 'ROOT/a.test.js:3:1'\n  failureType: 'testCodeFailure'\n  error: 'boom'\n  code: 'ERR_TEST_FAILURE'\n  stack: |-\n    TestContext.<anonymous> (ROOT/a.test.js:3:30)\n    Test.runInAsyncScope (node:async_hooks:206:9)\n    Test.run (node:internal/test_runner/test:796:25)\n    Test.processPendingSubtests (node:internal/test_runner/test:526:18)\n    Test.postRun (node:internal/test_runner/test:889:19)\n    Test.run (node:internal/test_runner/test:835:12)\n    async Test.processPendingSubtests (node:internal/test_runner/test:526:7)\n  ...\n# Subtest: later\nok 3 - later # SKIP\n  ---\n  duration_ms: 0.323597\n  ...\n# Subtest: slow\nnot ok 4 - slow\n  ---\n  duration_ms: 74.006687\n  location: 'ROOT/a.test.js:5:1'\n  failureType: 'testTimeoutFailure'\n  error: 'test timed out after 50ms'\n  code: 'ERR_TEST_FAILURE'\n  ...\n# node:internal/modules/cjs/loader:1210\n#   throw err;\n#   ^\n# Error: Cannot find module './gone.js'\n# Require stack:\n# - ROOT/b.test.js\n#     at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)\n#     at Module._load (node:internal/modules/cjs/loader:1038:27)\n#     at Module.require (node:internal/modules/cjs/loader:1289:19)\n#     at require (node:internal/modules/helpers:182:18)\n#     at Object.<anonymous> (ROOT/b.test.js:1:1)\n#     at Module._compile (node:internal/modules/cjs/loader:1521:14)\n#     at Module._extensions..js (node:internal/modules/cjs/loader:1623:10)\n#     at Module.load (node:internal/modules/cjs/loader:1266:32)\n#     at Module._load (node:internal/modules/cjs/loader:1091:12)\n#     at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12) {\n#   code: 'MODULE_NOT_FOUND',\n#   requireStack: [ 'ROOT/b.test.js' ]\n# }\n# Node.js v20.20.2\n# Subtest: ROOT/b.test.js\nnot ok 2 - ROOT/b.test.js\n  ---\n  duration_ms: 156.030752\n  location: 'ROOT/b.test.js:1:1'\n  failureType: 'testCodeFailure'\n  exitCode: 1\n  signal: ~\n  error: 'test failed'\n  code: 'ERR_TEST_FAILURE'\n  ...\n1..5\n# tests 5\n# suites 0\n# pass 1\n# fail 2\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 1063.302667\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n\t<testcase name="adds" time="0.007585" classname="test"/>\n\t<testcase name="breaks" time="0.000746" classname="test" failure="boom">\n\t\t<failure type="testCodeFailure" message="boom">\n[Error [ERR_TEST_FAILURE]: boom] {\n  code: \'ERR_TEST_FAILURE\',\n  failureType: \'testCodeFailure\',\n  cause: Error: boom\n      at TestContext.&lt;anonymous> (ROOT/a.test.js:3:30)\n      at Test.runInAsyncScope (node:async_hooks:206:9)\n      at Test.run (node:internal/test_runner/test:796:25)\n      at Test.processPendingSubtests (node:internal/test_runner/test:526:18)\n      at Test.postRun (node:internal/test_runner/test:889:19)\n      at Test.run (node:internal/test_runner/test:835:12)\n      at async Test.processPendingSubtests (node:internal/test_runner/test:526:7)\n}\n\t\t</failure>\n\t</testcase>\n\t<testcase name="later" time="0.000324" classname="test">\n\t\t<skipped type="skipped" message="true"/>\n\t</testcase>\n\t<testcase name="slow" time="0.074007" classname="test" failure="test timed out after 50ms">\n\t\t<failure type="testTimeoutFailure" message="test timed out after 50ms">\n[Error [ERR_TEST_FAILURE]: test timed out after 50ms] { code: \'ERR_TEST_FAILURE\', failureType: \'testTimeoutFailure\', cause: \'test timed out after 50ms\' }\n\t\t</failure>\n\t</testcase>\n\t<testcase name="ROOT/b.test.js" time="0.156031" classname="test" failure="test failed">\n\t\t<failure type="testCodeFailure" message="test failed">\n[Error: test failed] { code: \'ERR_TEST_FAILURE\', failureType: \'testCodeFailure\', cause: \'test failed\', exitCode: 1, signal: null }\n\t\t</failure>\n\t</testcase>\n\t<!-- tests 5 -->\n\t<!-- suites 0 -->\n\t<!-- pass 1 -->\n\t<!-- fail 2 -->\n\t<!-- cancelled 1 -->\n\t<!-- skipped 1 -->\n\t<!-- todo 0 -->\n\t<!-- duration_ms 1063.302667 -->\n</testsuites>\n',
      },
    },
    "no tests": {
      "code": 0,
      "stdout":
        "TAP version 13\n1..0\n# tests 0\n# suites 0\n# pass 0\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 20.787004\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n\t<!-- tests 0 -->\n\t<!-- suites 0 -->\n\t<!-- pass 0 -->\n\t<!-- fail 0 -->\n\t<!-- cancelled 0 -->\n\t<!-- skipped 0 -->\n\t<!-- todo 0 -->\n\t<!-- duration_ms 20.787004 -->\n</testsuites>\n',
      },
    },
    "crash": {
      "code": 0,
      "stdout":
        "TAP version 13\n# Subtest: ROOT/a.test.js\nok 1 - ROOT/a.test.js\n  ---\n  duration_ms: 219.937692\n  ...\n1..1\n# tests 1\n# suites 0\n# pass 1\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 244.993954\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n\t<testcase name="ROOT/a.test.js" time="0.219938" classname="test"/>\n\t<!-- tests 1 -->\n\t<!-- suites 0 -->\n\t<!-- pass 1 -->\n\t<!-- fail 0 -->\n\t<!-- cancelled 0 -->\n\t<!-- skipped 0 -->\n\t<!-- todo 0 -->\n\t<!-- duration_ms 244.993954 -->\n</testsuites>\n',
      },
    },
    "ansi": {
      "code": 1,
      "stdout":
        "TAP version 13\n# Subtest: red\nnot ok 1 - red\n  ---\n  duration_ms: 10.856856\n  location: 'ROOT/a.test.js:2:1'\n  failureType: 'testCodeFailure'\n  error: '\\x1B[31mred\\x1B[0m'\n  code: 'ERR_TEST_FAILURE'\n  stack: |-\n    TestContext.<anonymous> (ROOT/a.test.js:2:27)\n    Test.runInAsyncScope (node:async_hooks:206:9)\n    Test.run (node:internal/test_runner/test:796:25)\n    Test.processPendingSubtests (node:internal/test_runner/test:526:18)\n    node:internal/test_runner/harness:255:12\n    node:internal/process/task_queues:140:7\n    AsyncResource.runInAsyncScope (node:async_hooks:206:9)\n    AsyncResource.runMicrotask (node:internal/process/task_queues:137:8)\n  ...\n1..1\n# tests 1\n# suites 0\n# pass 0\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 326.962526\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n\t<testcase name="red" time="0.010857" classname="test" failure="red">\n\t\t<failure type="testCodeFailure" message="red">\nError [ERR_TEST_FAILURE]: red\n    at AsyncResource.runInAsyncScope (node:async_hooks:206:9) {\n  code: \'ERR_TEST_FAILURE\',\n  failureType: \'testCodeFailure\',\n  cause: Error: red\n      at TestContext.&lt;anonymous> (ROOT/a.test.js:2:27)\n      at Test.runInAsyncScope (node:async_hooks:206:9)\n      at Test.run (node:internal/test_runner/test:796:25)\n      at Test.processPendingSubtests (node:internal/test_runner/test:526:18)\n      at node:internal/test_runner/harness:255:12\n      at node:internal/process/task_queues:140:7\n      at AsyncResource.runInAsyncScope (node:async_hooks:206:9)\n      at AsyncResource.runMicrotask (node:internal/process/task_queues:137:8)\n}\n\t\t</failure>\n\t</testcase>\n\t<!-- tests 1 -->\n\t<!-- suites 0 -->\n\t<!-- pass 0 -->\n\t<!-- fail 1 -->\n\t<!-- cancelled 0 -->\n\t<!-- skipped 0 -->\n\t<!-- todo 0 -->\n\t<!-- duration_ms 326.962526 -->\n</testsuites>\n',
      },
    },
  },
  "vitest": {
    "all pass": {
      "code": 0,
      "reports": {
        "report.json":
          '{"numTotalTestSuites":2,"numPassedTestSuites":2,"numFailedTestSuites":0,"numPendingTestSuites":0,"numTotalTests":2,"numPassedTests":2,"numFailedTests":0,"numPendingTests":0,"numTodoTests":0,"snapshot":{"added":0,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0,"didUpdate":false},"startTime":1795847225386,"success":true,"testResults":[{"assertionResults":[{"ancestorTitles":[],"fullName":"adds","status":"passed","title":"adds","duration":3.3593119999999885,"failureMessages":[],"meta":{},"tags":[]},{"ancestorTitles":["suite"],"fullName":"suite subs","status":"passed","title":"subs","duration":0.24846599999995078,"failureMessages":[],"meta":{},"tags":[]}],"startTime":1795847225899,"endTime":1795847225902.3594,"status":"passed","message":"","name":"ROOT/a.test.js"}]}',
      },
    },
    "mixed": {
      "code": 1,
      "reports": {
        "report.json":
          '{"numTotalTestSuites":2,"numPassedTestSuites":0,"numFailedTestSuites":2,"numPendingTestSuites":0,"numTotalTests":5,"numPassedTests":1,"numFailedTests":2,"numPendingTests":1,"numTodoTests":1,"snapshot":{"added":0,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0,"didUpdate":false},"startTime":1795847227822,"success":false,"testResults":[{"assertionResults":[{"ancestorTitles":[],"fullName":"adds","status":"passed","title":"adds","duration":1.7635679999999923,"failureMessages":[],"meta":{},"tags":[]},{"ancestorTitles":[],"fullName":"breaks","status":"failed","title":"breaks","duration":4.955936999999977,"failureMessages":["Error: boom\\n    at ROOT/a.test.js:3:30\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:302:11\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:1903:26\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2326:20\\n    at new Promise (<anonymous>)\\n    at runWithCancel (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2323:10)\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2305:20\\n    at new Promise (<anonymous>)\\n    at runWithTimeout (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2272:10)\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2956:64"],"meta":{},"tags":[]},{"ancestorTitles":[],"fullName":"later","status":"skipped","title":"later","failureMessages":[],"meta":{},"tags":[]},{"ancestorTitles":[],"fullName":"some day","status":"todo","title":"some day","failureMessages":[],"meta":{},"tags":[]},{"ancestorTitles":[],"fullName":"slow","status":"failed","title":"slow","duration":107.33846200000002,"failureMessages":["Error: STACK_TRACE_ERROR\\n    at task (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:1784:27)\\n    at Object.<anonymous> (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:1817:16)\\n    at Object.<anonymous> (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:1563:28)\\n    at chain (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:599:14)\\n    at ROOT/a.test.js:6:1\\n    at async VitestModuleEvaluator._runInlinedModule (file://ROOT/node_modules/vitest/dist/module-evaluator.js:206:4)\\n    at async VitestModuleRunner.directRequest (file://ROOT/node_modules/vite/dist/node/module-runner.js:1262:59)\\n    at async VitestModuleRunner.cachedRequest (file://ROOT/node_modules/vite/dist/node/module-runner.js:1169:73)\\n    at async VitestModuleRunner.import (file://ROOT/node_modules/vite/dist/node/module-runner.js:1124:10)\\n    at async file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2457:5"],"meta":{},"tags":[]}],"startTime":1795847228080,"endTime":1795847228194.3384,"status":"failed","message":"","name":"ROOT/a.test.js"},{"assertionResults":[],"startTime":1795847227822,"endTime":1795847227822,"status":"failed","message":"Cannot find module \'./gone.js\'\\nRequire stack:\\n- ROOT/b.test.js","name":"ROOT/b.test.js"}]}',
      },
    },
    "no tests": {
      "code": 1,
      "reports": {
        "report.json":
          '{"numTotalTestSuites":0,"numPassedTestSuites":0,"numFailedTestSuites":0,"numPendingTestSuites":0,"numTotalTests":0,"numPassedTests":0,"numFailedTests":0,"numPendingTests":0,"numTodoTests":0,"snapshot":{"added":0,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0,"didUpdate":false},"startTime":1795847230152,"success":false,"testResults":[]}',
      },
    },
    "crash": {
      "code": 1,
      "reports": {
        "report.json":
          '{"numTotalTestSuites":1,"numPassedTestSuites":0,"numFailedTestSuites":1,"numPendingTestSuites":0,"numTotalTests":2,"numPassedTests":1,"numFailedTests":1,"numPendingTests":0,"numTodoTests":0,"snapshot":{"added":0,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0,"didUpdate":false},"startTime":1795847231588,"success":false,"testResults":[{"assertionResults":[{"ancestorTitles":[],"fullName":"adds","status":"passed","title":"adds","duration":1.8180810000000065,"failureMessages":[],"meta":{},"tags":[]},{"ancestorTitles":[],"fullName":"ends","status":"failed","title":"ends","duration":3.483685000000037,"failureMessages":["Error: process.exit unexpectedly called with \\"0\\"\\n    at process.exit (file://ROOT/node_modules/vitest/dist/chunks/base.B6Opl8PE.js:109:9)\\n    at ROOT/a.test.js:3:30\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:302:11\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:1903:26\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2326:20\\n    at new Promise (<anonymous>)\\n    at runWithCancel (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2323:10)\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2305:20\\n    at new Promise (<anonymous>)\\n    at runWithTimeout (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2272:10)"],"meta":{},"tags":[]}],"startTime":1795847231895,"endTime":1795847231900.4836,"status":"failed","message":"","name":"ROOT/a.test.js"}]}',
      },
    },
    "ansi": {
      "code": 1,
      "reports": {
        "report.json":
          '{"numTotalTestSuites":1,"numPassedTestSuites":0,"numFailedTestSuites":1,"numPendingTestSuites":0,"numTotalTests":1,"numPassedTests":0,"numFailedTests":1,"numPendingTests":0,"numTodoTests":0,"snapshot":{"added":0,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0,"didUpdate":false},"startTime":1795847233307,"success":false,"testResults":[{"assertionResults":[{"ancestorTitles":[],"fullName":"red","status":"failed","title":"red","duration":8.209058999999968,"failureMessages":["Error: \\u001b[31mred\\u001b[0m\\n    at ROOT/a.test.js:2:27\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:302:11\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:1903:26\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2326:20\\n    at new Promise (<anonymous>)\\n    at runWithCancel (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2323:10)\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2305:20\\n    at new Promise (<anonymous>)\\n    at runWithTimeout (file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2272:10)\\n    at file://ROOT/node_modules/@vitest/runner/dist/chunk-artifact.js:2956:64"],"meta":{},"tags":[]}],"startTime":1795847233685,"endTime":1795847233693.209,"status":"failed","message":"","name":"ROOT/a.test.js"}]}',
      },
    },
  },
  "jest": {
    "all pass": {
      "code": 0,
      "reports": {
        "report.json":
          '{"numFailedTestSuites":0,"numFailedTests":0,"numPassedTestSuites":1,"numPassedTests":2,"numPendingTestSuites":0,"numPendingTests":0,"numRuntimeErrorTestSuites":0,"numTodoTests":0,"numTotalTestSuites":1,"numTotalTests":2,"openHandles":[],"snapshot":{"added":0,"didUpdate":false,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0},"startTime":1795847234911,"success":true,"testResults":[{"assertionResults":[{"ancestorTitles":[],"duration":3,"failing":false,"failureDetails":[],"failureMessages":[],"fullName":"adds","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"passed","title":"adds","startAt":1795847235520},{"ancestorTitles":["suite"],"duration":0,"failing":false,"failureDetails":[],"failureMessages":[],"fullName":"suite subs","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"passed","title":"subs","startAt":1795847235524}],"endTime":1795847235526,"message":"","name":"ROOT/a.test.js","startTime":1795847235150,"status":"passed","summary":""}],"wasInterrupted":false}\n',
      },
    },
    "mixed": {
      "code": 1,
      "reports": {
        "report.json":
          '{"numFailedTestSuites":2,"numFailedTests":2,"numPassedTestSuites":0,"numPassedTests":1,"numPendingTestSuites":0,"numPendingTests":1,"numRuntimeErrorTestSuites":1,"numTodoTests":1,"numTotalTestSuites":2,"numTotalTests":5,"openHandles":[],"snapshot":{"added":0,"didUpdate":false,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0},"startTime":1795847236471,"success":false,"testResults":[{"assertionResults":[{"ancestorTitles":[],"duration":3,"failing":false,"failureDetails":[],"failureMessages":[],"fullName":"adds","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"passed","title":"adds","startAt":1795847237141},{"ancestorTitles":[],"duration":1,"failing":false,"failureDetails":[{}],"failureMessages":["Error: boom\\n    at Object.<anonymous> (ROOT/a.test.js:2:30)\\n    at Promise.finally.completed (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1834:28)\\n    at new Promise (<anonymous>)\\n    at callAsyncCircusFn (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1774:10)\\n    at _callCircusTest (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1167:40)\\n    at _runTestInContext (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1103:3)\\n    at runTestWithContext (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:996:5)\\n    at _runTestsForDescribeBlockOnce (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1008:11)\\n    at _runTestsForDescribeBlock (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:824:5)\\n    at run (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:789:3)\\n    at runAndTransformResultsToJestFormat (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:2300:21)\\n    at jestAdapter (ROOT/node_modules/jest-circus/build/runner.js:111:19)\\n    at runTestInternal (ROOT/node_modules/jest-runner/build/index.js:247:16)\\n    at runTest (ROOT/node_modules/jest-runner/build/index.js:315:7)"],"fullName":"breaks","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"failed","title":"breaks","startAt":1795847237146},{"ancestorTitles":[],"duration":null,"failing":false,"failureDetails":[],"failureMessages":[],"fullName":"later","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"pending","title":"later","startAt":1795847237151},{"ancestorTitles":[],"duration":null,"failing":false,"failureDetails":[],"failureMessages":[],"fullName":"some day","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"todo","title":"some day","startAt":1795847237151},{"ancestorTitles":[],"duration":101,"failing":false,"failureDetails":[{}],"failureMessages":["Error: thrown: \\"Exceeded timeout of 100 ms for a test.\\nAdd a timeout value to this test to increase the timeout, if this is a long-running test. See https://jestjs.io/docs/api#testname-fn-timeout.\\"\\n    at _getError (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1985:12)\\n    at Array.map (<anonymous>)\\n    at makeSingleTestResult (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1915:38)\\n    at makeTestResults (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1945:26)\\n    at makeRunResult (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1876:18)\\n    at run (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:797:35)\\n    at runAndTransformResultsToJestFormat (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:2300:21)\\n    at jestAdapter (ROOT/node_modules/jest-circus/build/runner.js:111:19)\\n    at runTestInternal (ROOT/node_modules/jest-runner/build/index.js:247:16)\\n    at runTest (ROOT/node_modules/jest-runner/build/index.js:315:7)\\n\\n[cause]: Error: thrown: \\"Exceeded timeout of 100 ms for a test.\\nAdd a timeout value to this test to increase the timeout, if this is a long-running test. See https://jestjs.io/docs/api#testname-fn-timeout.\\"\\n    at Object.test (ROOT/a.test.js:5:1)\\n    at ModuleExecutor.exec (ROOT/node_modules/jest-runtime/build/index.js:3055:26)\\n    at CjsLoader.loadModule (ROOT/node_modules/jest-runtime/build/index.js:440:36)\\n    at CjsLoader.requireModule (ROOT/node_modules/jest-runtime/build/index.js:335:12)\\n    at Runtime.requireModule (ROOT/node_modules/jest-runtime/build/index.js:4981:27)\\n    at jestAdapter (ROOT/node_modules/jest-circus/build/runner.js:96:13)\\n    at runTestInternal (ROOT/node_modules/jest-runner/build/index.js:247:16)\\n    at runTest (ROOT/node_modules/jest-runner/build/index.js:315:7)"],"fullName":"slow","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"failed","title":"slow","startAt":1795847237152}],"endTime":1795847237285,"message":"  \u25cf breaks\\n\\n    boom\\n\\n      1 | test(\\"adds\\", () => {});\\n    > 2 | test(\\"breaks\\", () => { throw new Error(\\"boom\\"); });\\n        |                              ^\\n      3 | test.skip(\\"later\\", () => {});\\n      4 | test.todo(\\"some day\\");\\n      5 | test(\\"slow\\", async () => { await new Promise((r) => setTimeout(r, 3000)); }, 100);\\n\\n      at Object.<anonymous> (a.test.js:2:30)\\n\\n  \u25cf slow\\n\\n    thrown: \\"Exceeded timeout of 100 ms for a test.\\n    Add a timeout value to this test to increase the timeout, if this is a long-running test. See https://jestjs.io/docs/api#testname-fn-timeout.\\"\\n\\n      at _getError (../verif/js/node_modules/jest-circus/build/jestAdapterInit.js:1985:12)\\n          at Array.map (<anonymous>)\\n\\n    Cause:\\n        thrown: \\"Exceeded timeout of 100 ms for a test.\\n        Add a timeout value to this test to increase the timeout, if this is a long-running test. See https://jestjs.io/docs/api#testname-fn-timeout.\\"\\n\\n          3 | test.skip(\\"later\\", () => {});\\n          4 | test.todo(\\"some day\\");\\n        > 5 | test(\\"slow\\", async () => { await new Promise((r) => setTimeout(r, 3000)); }, 100);\\n            | ^\\n          6 |\\n\\n          at Object.test (a.test.js:5:1)\\n","name":"ROOT/a.test.js","startTime":1795847236718,"status":"failed","summary":""},{"assertionResults":[],"coverage":{},"endTime":1795847237420,"message":"  \u25cf Test suite failed to run\\n\\n    Cannot find module \'./gone.js\' from \'b.test.js\'\\n\\n    > 1 | require(\\"./gone.js\\");\\n        | ^\\n      2 |\\n\\n      at Resolver._throwModNotFoundError (../verif/js/node_modules/jest-resolve/build/index.js:1031:11)\\n      at Object.require (b.test.js:1:1)\\n","name":"ROOT/b.test.js","startTime":1795847237420,"status":"failed","summary":""}],"wasInterrupted":false}\n',
      },
    },
    "no tests": {
      "code": 1,
      "stderr":
        "No tests found, exiting with code 1\nRun with `--passWithNoTests` to exit with code 0\nIn ROOT\n  2 files checked.\n  testMatch: **/__tests__/**/*.?([mc])[jt]s?(x), **/?(*.)+(spec|test).?([mc])[jt]s?(x) - 0 matches\n  testPathIgnorePatterns: /node_modules/ - 2 matches\n  testRegex:  - 0 matches\nPattern:  - 0 matches\n",
    },
    "crash": {
      "code": 0,
    },
    "ansi": {
      "code": 1,
      "reports": {
        "report.json":
          '{"numFailedTestSuites":1,"numFailedTests":1,"numPassedTestSuites":0,"numPassedTests":0,"numPendingTestSuites":0,"numPendingTests":0,"numRuntimeErrorTestSuites":0,"numTodoTests":0,"numTotalTestSuites":1,"numTotalTests":1,"openHandles":[],"snapshot":{"added":0,"didUpdate":false,"failure":false,"filesAdded":0,"filesRemoved":0,"filesRemovedList":[],"filesUnmatched":0,"filesUpdated":0,"matched":0,"total":0,"unchecked":0,"uncheckedKeysByFile":[],"unmatched":0,"updated":0},"startTime":1795847243771,"success":false,"testResults":[{"assertionResults":[{"ancestorTitles":[],"duration":2,"failing":false,"failureDetails":[{}],"failureMessages":["Error: \\u001b[31mred\\u001b[0m\\n    at Object.<anonymous> (ROOT/a.test.js:1:27)\\n    at Promise.finally.completed (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1834:28)\\n    at new Promise (<anonymous>)\\n    at callAsyncCircusFn (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1774:10)\\n    at _callCircusTest (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1167:40)\\n    at _runTestInContext (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1103:3)\\n    at runTestWithContext (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:996:5)\\n    at _runTestsForDescribeBlockOnce (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:1008:11)\\n    at _runTestsForDescribeBlock (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:824:5)\\n    at run (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:789:3)\\n    at runAndTransformResultsToJestFormat (ROOT/node_modules/jest-circus/build/jestAdapterInit.js:2300:21)\\n    at jestAdapter (ROOT/node_modules/jest-circus/build/runner.js:111:19)\\n    at runTestInternal (ROOT/node_modules/jest-runner/build/index.js:247:16)\\n    at runTest (ROOT/node_modules/jest-runner/build/index.js:315:7)"],"fullName":"red","invocations":1,"location":null,"numPassingAsserts":0,"retryMessages":[],"retryReasons":[],"status":"failed","title":"red","startAt":1795847244230}],"endTime":1795847244251,"message":"  \u25cf red\\n\\n    \\u001b[31mred\\u001b[0m\\n\\n    > 1 | test(\\"red\\", () => { throw new Error(\\"\\\\x1b[31mred\\\\x1b[0m\\"); });\\n        |                           ^\\n      2 |\\n\\n      at Object.<anonymous> (a.test.js:1:27)\\n","name":"ROOT/a.test.js","startTime":1795847243932,"status":"failed","summary":""}],"wasInterrupted":false}\n',
      },
    },
  },
  "mocha": {
    "all pass": {
      "code": 0,
      "reports": {
        "report.json":
          '{\n  "stats": {\n    "suites": 1,\n    "tests": 2,\n    "passes": 2,\n    "pending": 0,\n    "failures": 0,\n    "start": "2026-11-28T06:27:25.115Z",\n    "end": "2026-11-28T06:27:25.117Z",\n    "duration": 2\n  },\n  "tests": [\n    {\n      "title": "adds",\n      "fullTitle": "adds",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "speed": "fast",\n      "err": {}\n    },\n    {\n      "title": "subs",\n      "fullTitle": "suite subs",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "speed": "fast",\n      "err": {}\n    }\n  ],\n  "pending": [],\n  "failures": [],\n  "passes": [\n    {\n      "title": "adds",\n      "fullTitle": "adds",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "speed": "fast",\n      "err": {}\n    },\n    {\n      "title": "subs",\n      "fullTitle": "suite subs",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "speed": "fast",\n      "err": {}\n    }\n  ]\n}',
      },
    },
    "mixed": {
      "code": 2,
      "reports": {
        "report.json":
          '{\n  "stats": {\n    "suites": 0,\n    "tests": 4,\n    "passes": 1,\n    "pending": 1,\n    "failures": 2,\n    "start": "2026-11-28T06:27:26.005Z",\n    "end": "2026-11-28T06:27:26.110Z",\n    "duration": 105\n  },\n  "tests": [\n    {\n      "title": "adds",\n      "fullTitle": "adds",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "speed": "fast",\n      "err": {}\n    },\n    {\n      "title": "breaks",\n      "fullTitle": "breaks",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "err": {\n        "stack": "Error: boom\\n    at Context.<anonymous> (a.test.js:2:28)\\n    at process.processImmediate (node:internal/timers:483:21)",\n        "message": "boom"\n      }\n    },\n    {\n      "title": "later",\n      "fullTitle": "later",\n      "file": "ROOT/a.test.js",\n      "currentRetry": 0,\n      "err": {}\n    },\n    {\n      "title": "slow",\n      "fullTitle": "slow",\n      "file": "ROOT/a.test.js",\n      "duration": 102,\n      "currentRetry": 0,\n      "err": {\n        "stack": "Error: Timeout of 100ms exceeded. For async tests and hooks, ensure \\"done()\\" is called; if returning a Promise, ensure it resolves. (ROOT/a.test.js)\\n    at listOnTimeout (node:internal/timers:581:17)\\n    at process.processTimers (node:internal/timers:519:7)",\n        "message": "Timeout of 100ms exceeded. For async tests and hooks, ensure \\"done()\\" is called; if returning a Promise, ensure it resolves. (ROOT/a.test.js)",\n        "code": "ERR_MOCHA_TIMEOUT",\n        "timeout": 100,\n        "file": "ROOT/a.test.js"\n      }\n    }\n  ],\n  "pending": [\n    {\n      "title": "later",\n      "fullTitle": "later",\n      "file": "ROOT/a.test.js",\n      "currentRetry": 0,\n      "err": {}\n    }\n  ],\n  "failures": [\n    {\n      "title": "breaks",\n      "fullTitle": "breaks",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "err": {\n        "stack": "Error: boom\\n    at Context.<anonymous> (a.test.js:2:28)\\n    at process.processImmediate (node:internal/timers:483:21)",\n        "message": "boom"\n      }\n    },\n    {\n      "title": "slow",\n      "fullTitle": "slow",\n      "file": "ROOT/a.test.js",\n      "duration": 102,\n      "currentRetry": 0,\n      "err": {\n        "stack": "Error: Timeout of 100ms exceeded. For async tests and hooks, ensure \\"done()\\" is called; if returning a Promise, ensure it resolves. (ROOT/a.test.js)\\n    at listOnTimeout (node:internal/timers:581:17)\\n    at process.processTimers (node:internal/timers:519:7)",\n        "message": "Timeout of 100ms exceeded. For async tests and hooks, ensure \\"done()\\" is called; if returning a Promise, ensure it resolves. (ROOT/a.test.js)",\n        "code": "ERR_MOCHA_TIMEOUT",\n        "timeout": 100,\n        "file": "ROOT/a.test.js"\n      }\n    }\n  ],\n  "passes": [\n    {\n      "title": "adds",\n      "fullTitle": "adds",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "speed": "fast",\n      "err": {}\n    }\n  ]\n}',
      },
    },
    "no tests": {
      "code": 1,
      "stderr": 'Error: No test files found: "*.test.js"\n',
    },
    "crash": {
      "code": 0,
    },
    "ansi": {
      "code": 1,
      "reports": {
        "report.json":
          '{\n  "stats": {\n    "suites": 0,\n    "tests": 1,\n    "passes": 0,\n    "pending": 0,\n    "failures": 1,\n    "start": "2026-11-28T06:27:29.150Z",\n    "end": "2026-11-28T06:27:29.152Z",\n    "duration": 2\n  },\n  "tests": [\n    {\n      "title": "red",\n      "fullTitle": "red",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "err": {\n        "stack": "Error: \\u001b[31mred\\u001b[0m\\n    at Context.<anonymous> (a.test.js:1:25)\\n    at process.processImmediate (node:internal/timers:483:21)",\n        "message": "\\u001b[31mred\\u001b[0m"\n      }\n    }\n  ],\n  "pending": [],\n  "failures": [\n    {\n      "title": "red",\n      "fullTitle": "red",\n      "file": "ROOT/a.test.js",\n      "duration": 0,\n      "currentRetry": 0,\n      "err": {\n        "stack": "Error: \\u001b[31mred\\u001b[0m\\n    at Context.<anonymous> (a.test.js:1:25)\\n    at process.processImmediate (node:internal/timers:483:21)",\n        "message": "\\u001b[31mred\\u001b[0m"\n      }\n    }\n  ],\n  "passes": []\n}',
      },
    },
  },
  "pytest": {
    "all pass": {
      "code": 0,
      "stdout":
        "============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0\ncachedir: SCRATCH/cache\nrootdir: ROOT\nconfigfile: pytest.ini\nplugins: timeout-2.4.0\ncollected 2 items\n\ntest_a.py ..                                                             [100%]\n\n-------- generated xml file: SCRATCH/junit.xml ---------\n============================== 2 passed in 0.02s ===============================\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="2" time="0.034" timestamp="2026-01-01T00:00:00" hostname="host"><testcase classname="test_a" name="test_adds" file="test_a.py" line="0" time="0.001" /><testcase classname="test_a.TestSuite" name="test_subs" file="test_a.py" line="2" time="0.000" /></testsuite></testsuites>',
      },
    },
    "mixed": {
      "code": 1,
      "stdout":
        "============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0\ncachedir: SCRATCH/cache\nrootdir: ROOT\nconfigfile: pytest.ini\nplugins: timeout-2.4.0\ncollected 7 items / 1 error\n\ntest_a.py .FsxFEF                                                        [100%]\n\n==================================== ERRORS ====================================\n__________________________ ERROR collecting test_b.py __________________________\nImportError while importing test module 'ROOT/test_b.py'.\nHint: make sure your test modules/packages have valid Python names.\nTraceback:\nPYTHON/lib/python3.11/importlib/__init__.py:126: in import_module\n    return _bootstrap._gcd_import(name[level:], package, level)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\ntest_b.py:1: in <module>\n    import gone\nE   ModuleNotFoundError: No module named 'gone'\n________________________ ERROR at setup of test_fixture ________________________\ntest_a.py:11: in broken\n    def broken(): raise RuntimeError(\"x\")\n                  ^^^^^^^^^^^^^^^^^^^^^^^\nE   RuntimeError: x\n=================================== FAILURES ===================================\n_________________________________ test_breaks __________________________________\ntest_a.py:3: in test_breaks\n    def test_breaks(): assert 1 == 2\n                       ^^^^^^^^^^^^^\nE   assert 1 == 2\n_________________________________ test_better __________________________________\n[XPASS(strict)] \n__________________________________ test_slow ___________________________________\ntest_a.py:16: in test_slow\n    time.sleep(2)\nE   Failed: Timeout (>0.2s) from pytest-timeout.\n-------- generated xml file: SCRATCH/junit.xml ---------\n=========================== short test summary info ============================\nFAILED test_a.py::test_breaks - assert 1 == 2\nFAILED test_a.py::test_better - [XPASS(strict)] \nFAILED test_a.py::test_slow - Failed: Timeout (>0.2s) from pytest-timeout.\nERROR test_b.py\nERROR test_a.py::test_fixture - RuntimeError: x\n========= 3 failed, 1 passed, 1 skipped, 1 xfailed, 2 errors in 0.28s ==========\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="2" failures="3" skipped="2" tests="8" time="0.293" timestamp="2026-01-01T00:00:00" hostname="host"><testcase classname="" name="test_b" file="test_b.py" time="0.000"><error message="collection failure">ImportError while importing test module \'ROOT/test_b.py\'.\nHint: make sure your test modules/packages have valid Python names.\nTraceback:\nPYTHON/lib/python3.11/importlib/__init__.py:126: in import_module\n    return _bootstrap._gcd_import(name[level:], package, level)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\ntest_b.py:1: in &lt;module&gt;\n    import gone\nE   ModuleNotFoundError: No module named \'gone\'</error></testcase><testcase classname="test_a" name="test_adds" file="test_a.py" line="1" time="0.001" /><testcase classname="test_a" name="test_breaks" file="test_a.py" line="2" time="0.002"><failure message="assert 1 == 2">test_a.py:3: in test_breaks\n    def test_breaks(): assert 1 == 2\n                       ^^^^^^^^^^^^^\nE   assert 1 == 2</failure></testcase><testcase classname="test_a" name="test_later" file="test_a.py" line="3" time="0.000"><skipped type="pytest.skip" message="why">ROOT/test_a.py:4: why</skipped></testcase><testcase classname="test_a" name="test_known" file="test_a.py" line="5" time="0.001"><skipped type="pytest.xfail" message="" /></testcase><testcase classname="test_a" name="test_better" file="test_a.py" line="7" time="0.000"><failure message="[XPASS(strict)] ">[XPASS(strict)] </failure></testcase><testcase classname="test_a" name="test_fixture" file="test_a.py" line="11" time="0.001"><error message="failed on setup with &quot;RuntimeError: x&quot;">test_a.py:11: in broken\n    def broken(): raise RuntimeError("x")\n                  ^^^^^^^^^^^^^^^^^^^^^^^\nE   RuntimeError: x</error></testcase><testcase classname="test_a" name="test_slow" file="test_a.py" line="12" time="0.201"><failure message="Failed: Timeout (&gt;0.2s) from pytest-timeout.">test_a.py:16: in test_slow\n    time.sleep(2)\nE   Failed: Timeout (&gt;0.2s) from pytest-timeout.</failure></testcase></testsuite></testsuites>',
      },
    },
    "no tests": {
      "code": 5,
      "stdout":
        "============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0\ncachedir: SCRATCH/cache\nrootdir: ROOT\nconfigfile: pytest.ini\nplugins: timeout-2.4.0\ncollected 0 items\n\n-------- generated xml file: SCRATCH/junit.xml ---------\n============================ no tests ran in 0.01s =============================\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="0" time="0.025" timestamp="2026-01-01T00:00:00" hostname="host" /></testsuites>',
      },
    },
    "crash": {
      "code": 0,
      "stdout":
        "============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0\ncachedir: SCRATCH/cache\nrootdir: ROOT\nconfigfile: pytest.ini\nplugins: timeout-2.4.0\ncollected 2 items\n\ntest_a.py .",
    },
    "exit": {
      "code": 0,
      "stdout":
        "============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0\ncachedir: SCRATCH/cache\nrootdir: ROOT\nconfigfile: pytest.ini\nplugins: timeout-2.4.0\ncollected 2 items\n\ntest_a.py \n\n-------- generated xml file: SCRATCH/junit.xml ---------\n============================ no tests ran in 0.40s =============================\n!!!!!!!!!!!!!!!!!!!!!!!!! _pytest.outcomes.Exit: done !!!!!!!!!!!!!!!!!!!!!!!!!!\n",
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="0" time="0.420" timestamp="2026-01-01T00:00:00" hostname="host"><testcase time="0.000" /></testsuite></testsuites>',
      },
    },
    "ansi": {
      "code": 1,
      "stdout":
        '============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0\ncachedir: SCRATCH/cache\nrootdir: ROOT\nconfigfile: pytest.ini\nplugins: timeout-2.4.0\ncollected 1 item\n\ntest_a.py F                                                              [100%]\n\n=================================== FAILURES ===================================\n___________________________________ test_red ___________________________________\ntest_a.py:1: in test_red\n    def test_red(): raise ValueError("\\x1b[31mred\\x1b[0m")\n                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nE   ValueError: red\n-------- generated xml file: SCRATCH/junit.xml ---------\n=========================== short test summary info ============================\nFAILED test_a.py::test_red - ValueError: red\n============================== 1 failed in 0.05s ===============================\n',
      "reports": {
        "junit.xml":
          '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="0" tests="1" time="0.072" timestamp="2026-01-01T00:00:00" hostname="host"><testcase classname="test_a" name="test_red" file="test_a.py" line="0" time="0.001"><failure message="ValueError: #x1B[31mred#x1B[0m">test_a.py:1: in test_red\n    def test_red(): raise ValueError("\\x1b[31mred\\x1b[0m")\n                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nE   ValueError: #x1B[31mred#x1B[0m</failure></testcase></testsuite></testsuites>',
      },
    },
  },
  "cargo": {
    "all pass": {
      "code": 0,
      "stdout":
        "\nrunning 1 test\ntest tests::adds ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\nrunning 1 test\ntest whole ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\nrunning 1 test\ntest src/lib.rs - one (line 1) ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.15s\n\n",
      "stderr":
        "   Compiling demo v0.1.0 (ROOT)\n    Finished `test` profile [unoptimized + debuginfo] target(s) in 1.21s\n     Running unittests src/lib.rs (target/debug/deps/demo-8348ca7a80742723)\n     Running tests/it.rs (target/debug/deps/it-a69063779ff8c574)\n   Doc-tests demo\n",
    },
    "mixed": {
      "code": 101,
      "stdout":
        "\nrunning 4 tests\ntest tests::adds ... ok\ntest tests::breaks ... FAILED\ntest tests::later ... ignored\ntest tests::panics - should panic ... ok\n\nfailures:\n\n---- tests::breaks stdout ----\n\nthread 'tests::breaks' (29785) panicked at src/lib.rs:4:27:\nassertion `left == right` failed\n  left: 1\n right: 2\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n\nfailures:\n    tests::breaks\n\ntest result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n",
      "stderr":
        "   Compiling demo v0.1.0 (ROOT)\n    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.47s\n     Running unittests src/lib.rs (target/debug/deps/demo-8348ca7a80742723)\nerror: test failed, to rerun pass `--lib`\n   Doc-tests demo\nerror: 1 target failed:\n    `--lib`\n",
    },
    "no tests": {
      "code": 0,
      "stdout":
        "\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n",
      "stderr":
        "   Compiling demo v0.1.0 (ROOT)\n    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.28s\n     Running unittests src/lib.rs (target/debug/deps/demo-8348ca7a80742723)\n   Doc-tests demo\n",
    },
    "crash": {
      "code": 0,
      "stdout":
        "\nrunning 2 tests\n\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n",
      "stderr":
        "   Compiling demo v0.1.0 (ROOT)\n    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.43s\n     Running unittests src/lib.rs (target/debug/deps/demo-8348ca7a80742723)\n   Doc-tests demo\n",
    },
    "broken": {
      "code": 101,
      "stdout":
        '{"reason":"compiler-message","package_id":"path+file://ROOT#demo@0.1.0","manifest_path":"ROOT/Cargo.toml","message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"error","message":"mismatched types","spans":[{"byte_end":26,"byte_start":22,"column_end":27,"column_start":23,"expansion":null,"file_name":"src/lib.rs","is_primary":true,"label":"expected `i32`, found `bool`","line_end":1,"line_start":1,"suggested_replacement":null,"suggestion_applicability":null,"text":[]},{"byte_end":19,"byte_start":16,"column_end":20,"column_start":17,"expansion":null,"file_name":"src/lib.rs","is_primary":false,"label":"expected `i32` because of return type","line_end":1,"line_start":1,"suggested_replacement":null,"suggestion_applicability":null,"text":[]}],"code":{"code":"E0308","explanation":"Expected type did not match the received type.\\n\\nErroneous code examples:\\n\\n```compile_fail,E0308\\nfn plus_one(x: i32) -> i32 {\\n    x + 1\\n}\\n\\nplus_one(\\"Not a number\\");\\n//       ^^^^^^^^^^^^^^ expected `i32`, found `&str`\\n\\nif \\"Not a bool\\" {\\n// ^^^^^^^^^^^^ expected `bool`, found `&str`\\n}\\n\\nlet x: f32 = \\"Not a float\\";\\n//     ---   ^^^^^^^^^^^^^ expected `f32`, found `&str`\\n//     |\\n//     expected due to this\\n```\\n\\nThis error occurs when an expression was used in a place where the compiler\\nexpected an expression of a different type. It can occur in several cases, the\\nmost common being when calling a function and passing an argument which has a\\ndifferent type than the matching type in the function declaration.\\n"}}}\n{"reason":"compiler-message","package_id":"path+file://ROOT#demo@0.1.0","manifest_path":"ROOT/Cargo.toml","message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"failure-note","message":"For more information about this error, try `rustc --explain E0308`.","spans":[],"code":null}}\n{"reason":"compiler-message","package_id":"path+file://ROOT#demo@0.1.0","manifest_path":"ROOT/Cargo.toml","message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"error","message":"mismatched types","spans":[{"byte_end":26,"byte_start":22,"column_end":27,"column_start":23,"expansion":null,"file_name":"src/lib.rs","is_primary":true,"label":"expected `i32`, found `bool`","line_end":1,"line_start":1,"suggested_replacement":null,"suggestion_applicability":null,"text":[]},{"byte_end":19,"byte_start":16,"column_end":20,"column_start":17,"expansion":null,"file_name":"src/lib.rs","is_primary":false,"label":"expected `i32` because of return type","line_end":1,"line_start":1,"suggested_replacement":null,"suggestion_applicability":null,"text":[]}],"code":{"code":"E0308","explanation":"Expected type did not match the received type.\\n\\nErroneous code examples:\\n\\n```compile_fail,E0308\\nfn plus_one(x: i32) -> i32 {\\n    x + 1\\n}\\n\\nplus_one(\\"Not a number\\");\\n//       ^^^^^^^^^^^^^^ expected `i32`, found `&str`\\n\\nif \\"Not a bool\\" {\\n// ^^^^^^^^^^^^ expected `bool`, found `&str`\\n}\\n\\nlet x: f32 = \\"Not a float\\";\\n//     ---   ^^^^^^^^^^^^^ expected `f32`, found `&str`\\n//     |\\n//     expected due to this\\n```\\n\\nThis error occurs when an expression was used in a place where the compiler\\nexpected an expression of a different type. It can occur in several cases, the\\nmost common being when calling a function and passing an argument which has a\\ndifferent type than the matching type in the function declaration.\\n"}}}\n{"reason":"compiler-message","package_id":"path+file://ROOT#demo@0.1.0","manifest_path":"ROOT/Cargo.toml","message":{"rendered":"","$message_type":"diagnostic","children":[],"level":"failure-note","message":"For more information about this error, try `rustc --explain E0308`.","spans":[],"code":null}}\n',
      "stderr":
        "   Compiling demo v0.1.0 (ROOT)\nerror: could not compile `demo` (lib test) due to 1 previous error\nwarning: build failed, waiting for other jobs to finish...\nerror: could not compile `demo` (lib) due to 1 previous error\n",
    },
    "ansi": {
      "code": 101,
      "stdout":
        "\nrunning 1 test\ntest tests::red ... FAILED\n\nfailures:\n\n---- tests::red stdout ----\n\nthread 'tests::red' (30028) panicked at src/lib.rs:3:24:\nred\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n\nfailures:\n    tests::red\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n",
      "stderr":
        "   Compiling demo v0.1.0 (ROOT)\n    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.85s\n     Running unittests src/lib.rs (target/debug/deps/demo-8348ca7a80742723)\nerror: test failed, to rerun pass `--lib`\n   Doc-tests demo\nerror: 1 target failed:\n    `--lib`\n",
    },
  },
  "go": {
    "all pass": {
      "code": 0,
      "stdout":
        '{"Action":"start","Package":"example.com/demo"}\n{"Action":"run","Package":"example.com/demo","Test":"TestAdds"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"=== RUN   TestAdds\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"--- PASS: TestAdds (0.00s)\\n"}\n{"Action":"pass","Package":"example.com/demo","Test":"TestAdds","Elapsed":0}\n{"Action":"run","Package":"example.com/demo","Test":"TestSuite"}\n{"Action":"output","Package":"example.com/demo","Test":"TestSuite","Output":"=== RUN   TestSuite\\n"}\n{"Action":"run","Package":"example.com/demo","Test":"TestSuite/subs"}\n{"Action":"output","Package":"example.com/demo","Test":"TestSuite/subs","Output":"=== RUN   TestSuite/subs\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestSuite/subs","Output":"--- PASS: TestSuite/subs (0.00s)\\n"}\n{"Action":"pass","Package":"example.com/demo","Test":"TestSuite/subs","Elapsed":0}\n{"Action":"output","Package":"example.com/demo","Test":"TestSuite","Output":"--- PASS: TestSuite (0.00s)\\n"}\n{"Action":"pass","Package":"example.com/demo","Test":"TestSuite","Elapsed":0}\n{"Action":"output","Package":"example.com/demo","Output":"PASS\\n"}\n{"Action":"output","Package":"example.com/demo","Output":"ok  \\texample.com/demo\\t0.006s\\n"}\n{"Action":"pass","Package":"example.com/demo","Elapsed":0.012}\n',
    },
    "mixed": {
      "code": 1,
      "stdout":
        '{"ImportPath":"example.com/demo/bad [example.com/demo/bad.test]","Action":"build-output","Output":"# example.com/demo/bad [example.com/demo/bad.test]\\n"}\n{"ImportPath":"example.com/demo/bad [example.com/demo/bad.test]","Action":"build-output","Output":"bad/b.go:2:13: cannot use true (untyped bool constant) as int value in variable declaration\\n"}\n{"ImportPath":"example.com/demo/bad [example.com/demo/bad.test]","Action":"build-fail"}\n{"Action":"start","Package":"example.com/demo"}\n{"Action":"start","Package":"example.com/demo/bad"}\n{"Action":"output","Package":"example.com/demo/bad","Output":"FAIL\\texample.com/demo/bad [build failed]\\n"}\n{"Action":"fail","Package":"example.com/demo/bad","Elapsed":0,"FailedBuild":"example.com/demo/bad [example.com/demo/bad.test]"}\n{"Action":"run","Package":"example.com/demo","Test":"TestAdds"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"=== RUN   TestAdds\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"--- PASS: TestAdds (0.00s)\\n"}\n{"Action":"pass","Package":"example.com/demo","Test":"TestAdds","Elapsed":0}\n{"Action":"run","Package":"example.com/demo","Test":"TestBreaks"}\n{"Action":"output","Package":"example.com/demo","Test":"TestBreaks","Output":"=== RUN   TestBreaks\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestBreaks","Output":"--- PASS: TestForged (0.00s)\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestBreaks","Output":"{\\"Action\\":\\"pass\\",\\"Package\\":\\"example.com/demo\\",\\"Test\\":\\"TestForged\\"}\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestBreaks","Output":"    a_test.go:7: boom\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestBreaks","Output":"--- FAIL: TestBreaks (0.00s)\\n"}\n{"Action":"fail","Package":"example.com/demo","Test":"TestBreaks","Elapsed":0}\n{"Action":"run","Package":"example.com/demo","Test":"TestLater"}\n{"Action":"output","Package":"example.com/demo","Test":"TestLater","Output":"=== RUN   TestLater\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestLater","Output":"    a_test.go:9: why\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestLater","Output":"--- SKIP: TestLater (0.00s)\\n"}\n{"Action":"skip","Package":"example.com/demo","Test":"TestLater","Elapsed":0}\n{"Action":"output","Package":"example.com/demo","Output":"FAIL\\n"}\n{"Action":"output","Package":"example.com/demo","Output":"FAIL\\texample.com/demo\\t0.007s\\n"}\n{"Action":"fail","Package":"example.com/demo","Elapsed":0.009}\n',
    },
    "no tests": {
      "code": 0,
      "stdout":
        '{"Action":"start","Package":"example.com/demo"}\n{"Action":"output","Package":"example.com/demo","Output":"?   \\texample.com/demo\\t[no test files]\\n"}\n{"Action":"skip","Package":"example.com/demo","Elapsed":0.001}\n',
    },
    "crash": {
      "code": 1,
      "stdout":
        '{"Action":"start","Package":"example.com/demo"}\n{"Action":"run","Package":"example.com/demo","Test":"TestAdds"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"=== RUN   TestAdds\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"--- PASS: TestAdds (0.00s)\\n"}\n{"Action":"pass","Package":"example.com/demo","Test":"TestAdds","Elapsed":0}\n{"Action":"run","Package":"example.com/demo","Test":"TestEnds"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"=== RUN   TestEnds\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"--- FAIL: TestEnds (0.00s)\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"panic: unexpected call to os.Exit(0) during test [recovered, repanicked]\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"goroutine 17 [running]:\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"testing.tRunner.func1.2({0x550fc0, 0x5941f0})\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tGOROOT/src/testing/testing.go:1974 +0x232\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"testing.tRunner.func1()\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tGOROOT/src/testing/testing.go:1977 +0x349\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"panic({0x550fc0?, 0x5941f0?})\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tGOROOT/src/runtime/panic.go:860 +0x13a\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"os.Exit(0x0)\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tGOROOT/src/os/proc.go:67 +0x51\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"example.com/demo.TestEnds(0x2cc07038e008?)\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tROOT/a_test.go:4 +0x15\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"testing.tRunner(0x2cc07038e008, 0x592e28)\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tGOROOT/src/testing/testing.go:2036 +0xea\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"created by testing.(*T).Run in goroutine 1\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestEnds","Output":"\\tGOROOT/src/testing/testing.go:2101 +0x4c5\\n"}\n{"Action":"fail","Package":"example.com/demo","Test":"TestEnds","Elapsed":0}\n{"Action":"output","Package":"example.com/demo","Output":"FAIL\\texample.com/demo\\t0.013s\\n"}\n{"Action":"fail","Package":"example.com/demo","Elapsed":0.014}\n',
    },
    "ansi": {
      "code": 1,
      "stdout":
        '{"Action":"start","Package":"example.com/demo"}\n{"Action":"run","Package":"example.com/demo","Test":"TestRed"}\n{"Action":"output","Package":"example.com/demo","Test":"TestRed","Output":"=== RUN   TestRed\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestRed","Output":"    a_test.go:3: \\u001b[31mred\\u001b[0m\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestRed","Output":"--- FAIL: TestRed (0.00s)\\n"}\n{"Action":"fail","Package":"example.com/demo","Test":"TestRed","Elapsed":0}\n{"Action":"output","Package":"example.com/demo","Output":"FAIL\\n"}\n{"Action":"output","Package":"example.com/demo","Output":"FAIL\\texample.com/demo\\t0.007s\\n"}\n{"Action":"fail","Package":"example.com/demo","Elapsed":0.009}\n',
    },
    "stopped": {
      "code": null,
      "stdout":
        '{"Action":"start","Package":"example.com/demo"}\n{"Action":"run","Package":"example.com/demo","Test":"TestAdds"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"=== RUN   TestAdds\\n"}\n{"Action":"output","Package":"example.com/demo","Test":"TestAdds","Output":"--- PASS: TestAdds (0.00s)\\n"}\n{"Action":"pass","Package":"example.com/demo","Test":"TestAdds","Elapsed":0}\n{"Action":"run","Package":"example.com/demo","Test":"TestHangs"}\n{"Action":"output","Package":"example.com/demo","Test":"TestHangs","Output":"=== RUN   TestHangs\\n"}\n',
      "timedOut": true,
      "signal": "SIGKILL",
    },
  },
};
