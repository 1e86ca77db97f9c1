#!/usr/bin/env node
// Runs the checkout as it is: src, no build.
import { start } from "./start.js";

start({ fromSource: true });
