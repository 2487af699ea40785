/** {@code ashlar demo}: what the engine does, shown in scenes on the files of the JDK that runs it. */
@NullMarked
package io.ashlar.cli.demo;

import org.jspecify.annotations.NullMarked;
