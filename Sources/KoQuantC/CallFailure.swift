import CKoQuant
import KoQuant

/// Why a C function did nothing.
struct CallFailure: Error {
  var status: kq_status
  var message: String
  var systemError: Int32 = 0
  var text = 0

  init(_ status: kq_status, _ message: String) {
    self.status = status
    self.message = message
  }

  /// A required pointer that is NULL.
  static func null(_ name: StaticString) -> CallFailure {
    CallFailure(KQ_INVALID_ARGUMENT, name.description + " is NULL")
  }

  static func invalidText(_ index: Int) -> CallFailure {
    var failure = CallFailure(
      KQ_INVALID_TEXT,
      "text \(index) is not UTF-8; convert it, or open the session with KQ_REPLACE_INVALID_UTF8")
    failure.text = index
    return failure
  }
}

extension CallFailure {
  init(_ error: SystemError) {
    self.init(KQ_SYSTEM_ERROR, error.message)
    switch error.cause {
    case .errno(Errno.noMemory): status = KQ_OUT_OF_MEMORY
    case .tooLarge where error.operation == .allocate: status = KQ_OUT_OF_MEMORY
    case .errno(let code): systemError = code
    default: break
    }
  }

  init(_ error: KoqError) {
    switch error.reason {
    case .system(let error): self.init(error)
    case .newerVersion, .unsupportedFlags, .unsupportedKind: self.init(KQ_NEWER_MODEL, error.message)
    case .misalignedMemory, .compressed: self.init(KQ_INVALID_ARGUMENT, error.message)
    default: self.init(KQ_INVALID_MODEL, error.message)
    }
  }

  init(_ error: EmbeddingError) {
    switch error {
    case .system(let error): self.init(error)
    case .file(let error): self.init(error)
    case .tokenizer: self.init(KQ_INVALID_MODEL, error.message)
    case .unavailableInstructionSet: self.init(KQ_UNSUPPORTED_CPU, error.message)
    case .invalidBatch: self.init(KQ_INVALID_ARGUMENT, error.message)
    case .memoryCeiling: self.init(KQ_CEILING_TOO_LOW, error.message)
    }
  }
}
