/** Contract suites, a simulated disk and faulty backends, for whoever writes a backend. */
@NullMarked
package io.ashlar.testkit;

import org.jspecify.annotations.NullMarked;
