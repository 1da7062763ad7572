import Testing

/// Where two buffers first differ in their bits, or nil. NaN equals NaN: its payload and sign are not part of
/// the contract.
func firstDifference(_ actual: [Float], _ expected: [Float]) -> String? {
  guard actual.count == expected.count else { return "\(actual.count) elements, not \(expected.count)" }
  for i in actual.indices where !sameBits(actual[i], expected[i]) {
    return "[\(i)] is \(actual[i]) (\(hex(actual[i]))), not \(expected[i]) (\(hex(expected[i])))"
  }
  return nil
}

func sameBits(_ a: Float, _ b: Float) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

private func hex(_ x: Float) -> String { "0x" + String(x.bitPattern, radix: 16) }

/// Records an issue with the shape that failed; the message is only made when it is needed.
func expectSame(
  _ actual: [Float], _ expected: [Float], _ context: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if let difference = firstDifference(actual, expected) {
    Issue.record("\(context()): \(difference)", sourceLocation: sourceLocation)
  }
}
