/// Two sentences, and how similar people found them.
public struct ScoredPair: Sendable, Equatable {
  /// UTF-8.
  public var first: [UInt8]
  /// UTF-8.
  public var second: [UInt8]
  public var score: Double

  public init(first: [UInt8], second: [UInt8], score: Double) {
    self.first = first
    self.second = second
    self.score = score
  }
}

/// Why a file of scored pairs cannot be used.
public struct ScoredPairError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1; nil for what concerns the whole file.
  public var line: Int?
  public var message: String

  public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
