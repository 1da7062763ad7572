import KoQuant

/// What ends the program early: an exit code after BSD's sysexits.h, and a message.
struct Failure: Error {
  var status: Int32
  /// nil for an end without words.
  var message: String?

  private static let usage: Int32 = 64
  private static let badData: Int32 = 65
  private static let missingInput: Int32 = 66
  private static let inputOutput: Int32 = 74

  init(status: Int32, _ message: String?) {
    self.status = status
    self.message = message
  }

  init(_ error: EmbedOptions.UsageError) {
    self.init(status: Self.usage, error.message)
  }

  init(_ error: SystemError) {
    if error.operation == .write && error.cause == .errno(Errno.brokenPipe) {
      self.init(status: 0, nil)
    } else {
      self.init(status: error.operation == .open ? Self.missingInput : Self.inputOutput, error.message)
    }
  }

  init(_ error: LineReader<SystemError>.ReadError) {
    switch error {
    case .source(let error):
      self.init(error)
    case .lineTooLong(let line, let limit):
      self.init(status: Self.badData, "standard input: line \(line) is longer than \(limit) bytes")
    }
  }

  init(_ error: EmbeddingError) {
    switch error {
    case .system(let error): self.init(error)
    case .file(let error):
      if case .system(let error) = error.reason {
        self.init(error)
      } else {
        self.init(status: Self.badData, error.message)
      }
    case .unavailableInstructionSet, .memoryCeiling: self.init(status: Self.usage, error.message)
    default: self.init(status: Self.badData, error.message)
    }
  }
}
