import Kernels
import KoQuant

/// Memory for the operands of the kernels, with the values of real activations as to size and sign.
final class Operands {
  private var buffers: [AlignedBuffer] = []
  private var state: UInt32 = 1

  func floats(_ count: Int) throws -> UnsafeMutablePointer<Float> {
    let floats = try allocate(count, of: Float.self)
    for i in 0..<count { floats[i] = Float(Int32(bitPattern: random()) >> 8) / Float(1 << 22) }
    return floats
  }

  /// Integers of 13 bits and a sign.
  func integers(_ count: Int) throws -> UnsafeMutablePointer<Int16> {
    let integers = try allocate(count, of: Int16.self)
    for i in 0..<count { integers[i] = Int16(truncatingIfNeeded: Int32(bitPattern: random()) >> 18) }
    return integers
  }

  func weights(inputs: Int, outputs: Int) throws -> Int8Matrix {
    let panels = Tile.panels(outputs: outputs)
    let bytes = panels * Tile.panelBytes(inputs: inputs)
    let weights = try allocate(bytes, of: Int8.self)
    for i in 0..<bytes { weights[i] = Int8(truncatingIfNeeded: max(-127, Int32(bitPattern: random()) >> 24)) }
    let sums = try allocate(panels * Tile.lanes, of: Int32.self)
    for i in 0..<panels * Tile.lanes { sums[i] = 0 }
    return Int8Matrix(
      weights: weights, scales: try floats(panels * Tile.lanes), columnSums: sums,
      bias: try floats(panels * Tile.lanes), inputs: inputs, outputs: outputs, groupSize: 0)
  }

  func rows(_ count: Int, channels: Int) throws -> QuantizedRows {
    QuantizedRows(
      values: try allocate(Tile.paddedRows(count) * Tile.byteStride(channels), of: UInt8.self),
      scales: try allocate(count, of: Float.self), zeroPoints: try allocate(count, of: Int32.self),
      channels: channels, groupSize: 0)
  }

  func scratch() throws -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(try allocate(MultiplyInt8.scratchBytes, of: UInt8.self))
  }

  private func allocate<Element: BitwiseCopyable>(
    _ count: Int, of type: Element.Type
  ) throws -> UnsafeMutablePointer<Element> {
    let buffer = try AlignedBuffer(count: count, of: type)
    buffers.append(buffer)
    return buffer.base.bindMemory(to: type, capacity: count)
  }

  private func random() -> UInt32 {
    state = state &* 1_664_525 &+ 1_013_904_223
    return state
  }
}
