import KoQuant

/// What ends the program early: an exit code and a message.
struct Failure: Error {
  var status: Int32
  /// nil for an end without words.
  var message: String?

  init(status: Int32, _ message: String?) {
    self.status = status
    self.message = message
  }

  init(_ error: EmbedOptions.UsageError) {
    self.init(status: ProgramExit.usage, error.message)
  }

  init(_ error: SystemError) {
    if error.isClosedPipe {
      self.init(status: 0, nil)
    } else {
      self.init(status: error.exitCode, error.message)
    }
  }

  init(_ error: LineReader<SystemError>.ReadError) {
    switch error {
    case .source(let error):
      self.init(error)
    case .lineTooLong(let line, let limit):
      self.init(
        status: ProgramExit.badData, "standard input: line \(line) is longer than \(limit) bytes; split it")
    }
  }

  init(_ error: EmbeddingError) {
    self.init(status: error.exitCode, error.message)
  }
}
