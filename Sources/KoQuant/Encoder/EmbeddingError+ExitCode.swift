/// Exit codes of the programs of this package, after BSD's sysexits.h.
package enum ProgramExit {
  /// The command line is wrong.
  package static let usage: Int32 = 64
  /// An input is not what it should be.
  package static let badData: Int32 = 65
  /// An input is missing or cannot be opened.
  package static let missingInput: Int32 = 66
  /// Reading or writing failed.
  package static let inputOutput: Int32 = 74
}

extension SystemError {
  /// Whether whoever read the output has gone, which is no failure.
  package var isClosedPipe: Bool { operation == .write && cause == .errno(Errno.brokenPipe) }

  package var exitCode: Int32 { operation == .open ? ProgramExit.missingInput : ProgramExit.inputOutput }
}

extension EmbeddingError {
  package var exitCode: Int32 {
    switch self {
    case .system(let error): return error.exitCode
    case .file(let error):
      if case .system(let error) = error.reason { return error.exitCode }
      return ProgramExit.badData
    case .unavailableInstructionSet, .memoryCeiling: return ProgramExit.usage
    default: return ProgramExit.badData
    }
  }
}
