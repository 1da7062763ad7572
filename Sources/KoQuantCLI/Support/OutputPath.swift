import ArgumentParser
import KoQuant

/// Throws when writing to `path` would replace one of the files that are being read.
func refuse(_ path: String, asReplacementOf inputs: [String]) throws {
  for input in inputs where SystemCalls.live.areSameFile(path, input) {
    throw Failure(ExitStatus.usage, "\(path) is one of the files being read; write to another file")
  }
}
