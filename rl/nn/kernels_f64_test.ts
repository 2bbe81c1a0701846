import { testKernels } from "./_kernels_testing.ts";
import { kernelsF64 } from "./kernels_f64.ts";

testKernels(kernelsF64);
