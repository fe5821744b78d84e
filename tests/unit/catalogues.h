#pragma once
/* Has the test find the catalogues that were built with it. */
void catalogues_use_built(void);
