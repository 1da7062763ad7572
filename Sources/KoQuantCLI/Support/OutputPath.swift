import ArgumentParser
import KoQuant

/// Throws for what names no file: nothing, and "-", which means standard output elsewhere.
func requireFileName(_ path: String?, for option: String) throws {
  if let path, path.isEmpty || path == "-" { throw ValidationError("\(option) takes the name of a file.") }
}

/// Throws when writing to `path` would replace one of the files that are being read; "-" is standard input.
func refuse(_ path: String, asReplacementOf inputs: [String]) throws {
  let calls = SystemCalls.live
  for input in inputs where input == "-" ? calls.isFile(path, descriptor: 0) : calls.areSameFile(path, input)
  {
    throw Failure(ExitStatus.usage, "\(path) is one of the files being read; write to another file")
  }
}

/// Whether a path means standard output, which is written to and not replaced by a file.
func isStandardOutput(_ path: String) -> Bool {
  ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(path)
}
