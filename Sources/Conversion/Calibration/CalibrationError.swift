/// Why a text cannot serve for calibration. Lines count from 1.
public struct CalibrationError: Error, Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// No line that is not empty.
    case empty
    case single(line: Int)
    /// All lines are the same.
    case identical(lines: Int)
    case notUTF8(line: Int)
    case lineTooLong(line: Int, limit: Int)
    case tooManyLines(limit: Int)
  }

  public var path: String
  public var reason: Reason
}

extension CalibrationError: CustomStringConvertible {
  /// One line: what is wrong, where, and what to do.
  public var description: String {
    let advice = "a calibration text has some hundred different sentences, one a line"
    let problem =
      switch reason {
      case .empty: "there is no sentence in it; \(advice)"
      case .single(let line): "line \(line) is its only sentence; \(advice)"
      case .identical(let lines): "all its \(lines) sentences are the same as line 1; \(advice)"
      case .notUTF8(let line): "line \(line) is not UTF-8; convert the file, for example with iconv"
      case .lineTooLong(let line, let limit): "line \(line) is longer than \(limit) bytes; split it"
      case .tooManyLines(let limit): "it has more than \(limit) lines; use a part of it"
      }
    return "\(path): \(problem)"
  }
}
