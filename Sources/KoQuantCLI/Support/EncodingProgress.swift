import Interchange

/// Encodes token sequences some at a time, in order, and tells who watches how far it is.
///
/// - Parameters:
///   - what: the name of what encodes them.
///   - encode: gives a row per sequence.
func encodeWithProgress(
  _ sequences: [[UInt32]], _ what: String, _ encode: ([[UInt32]]) throws -> FloatMatrix
) rethrows -> FloatMatrix {
  let terminal = Terminal.standardError
  defer { terminal.clearStatus() }
  let textsPerPass = 512
  var vectors = FloatMatrix(rows: 0, columns: 0)
  for first in stride(from: 0, to: sequences.count, by: textsPerPass) {
    terminal.status("\(what): \(first) of \(sequences.count) texts")
    vectors.append(try encode(Array(sequences[first..<min(first + textsPerPass, sequences.count)])))
  }
  return vectors
}
