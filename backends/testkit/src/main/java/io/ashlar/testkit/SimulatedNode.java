package io.ashlar.testkit;

/** What a directory entry leads to. */
sealed interface SimulatedNode permits SimulatedInode, SimulatedDirectory {}
