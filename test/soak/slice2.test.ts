/** 500 of the 2000 plans of the soak that the suite runs. */
import { soakSlice } from './slice.js';

soakSlice(2);
