import Kernels

/// A linear map in kernel layout, ready to be written: see `Tile` and `Int8Matrix`.
package struct QuantizedLinear {
  package var inputs: Int
  /// Output channels, padding included.
  package var outputs: Int
  package var groupSize: Int
  package var weights: [Int8]
  package var scales: [Float]
  package var columnSums: [Int32]
  package var bias: [Float]
  /// |W - scale * Q| / |W| over the whole matrix, Frobenius norms.
  package var relativeError: Double
  /// Largest |w - scale * q|, in the units of the weights.
  package var largestError: Float
}

/// Part of a linear map's output channels, as the checkpoint holds them.
struct LinearPart {
  /// outputs x inputs, row-major.
  var weights: UnsafeBufferPointer<Float>
  var bias: UnsafeBufferPointer<Float>
}

/// Turns fp32 matrices into int8 matrices in kernel layout.
struct LinearQuantizer {
  var inputs: Int
  /// Input channels per activation scale; `Tile.stride(inputs)` for one scale per token.
  var groupSize: Int

  /// Quantizes the parts side by side, each padded to whole panels, so that query, key and value become one
  /// matrix.
  ///
  /// - Complexity: O(inputs · outputs), parallel over panels.
  func quantize(_ parts: [LinearPart], pool: ThreadPool) -> QuantizedLinear {
    let padded = parts.map { Tile.stride($0.bias.count) }
    let outputs = padded.reduce(0, +)
    let groups = (inputs + groupSize - 1) / groupSize
    let panelBytes = Tile.panelBytes(inputs: inputs)
    var result = QuantizedLinear(
      inputs: inputs, outputs: outputs, groupSize: groupSize,
      weights: Array(repeating: 0, count: Tile.panels(outputs: outputs) * panelBytes),
      scales: Array(repeating: 0, count: outputs),
      columnSums: Array(repeating: 0, count: groups * outputs),
      bias: Array(repeating: 0, count: outputs), relativeError: 0, largestError: 0)

    // Channels of the result that hold a channel of a part.
    var sources: [(channel: Int, row: UnsafeBufferPointer<Float>)] = []
    var first = 0
    for (part, width) in zip(parts, padded) {
      for row in 0..<part.bias.count {
        result.bias[first + row] = part.bias[row]
        let weights = UnsafeBufferPointer(rebasing: part.weights[row * inputs..<(row + 1) * inputs])
        sources.append((first + row, weights))
      }
      first += width
    }
    var errors = [ChannelError](repeating: ChannelError(), count: sources.count)
    result.withUnsafeBuffers { buffers in
      errors.withUnsafeMutableBufferPointer { errors in
        let errors = UncheckedSendable(errors)
        let sources = UncheckedSendable(sources)
        pool.run(count: sources.value.count) { index, _ in
          let source = sources.value[index]
          errors.value[index] = quantize(source.row, channel: source.channel, into: buffers)
        }
      }
    }
    let total = errors.reduce(into: ChannelError()) { $0.add($1) }
    result.relativeError = total.squaredWeights > 0 ? (total.squaredError / total.squaredWeights).squareRoot() : 0
    result.largestError = total.largest
    return result
  }

  private func quantize(
    _ row: UnsafeBufferPointer<Float>, channel: Int, into buffers: QuantizedLinear.Buffers
  ) -> ChannelError {
    let scale = ChannelQuantizer.bestScale(row)
    let inverse = scale > 0 ? 1 / scale : 0
    buffers.scales[channel] = scale
    let panel =
      buffers.weights + channel / Tile.outputs * Tile.panelBytes(inputs: inputs)
      + channel % Tile.outputs * Tile.inputs
    var error = ChannelError()
    for (input, weight) in row.enumerated() {
      let value = ChannelQuantizer.quantize(weight, inverseScale: inverse)
      panel[input / Tile.inputs * Tile.bytes + input % Tile.inputs] = value
      buffers.columnSums[input / groupSize * buffers.outputs + channel] += Int32(value)
      error.add(weight: weight, restored: scale * Float(value))
    }
    return error
  }
}

/// Quantization error of some weights.
private struct ChannelError {
  var squaredError = 0.0
  var squaredWeights = 0.0
  var largest: Float = 0

  mutating func add(weight: Float, restored: Float) {
    let difference = weight - restored
    squaredError += Double(difference) * Double(difference)
    squaredWeights += Double(weight) * Double(weight)
    largest = max(largest, difference.magnitude)
  }

  mutating func add(_ other: ChannelError) {
    squaredError += other.squaredError
    squaredWeights += other.squaredWeights
    largest = max(largest, other.largest)
  }
}

/// Buffers whose disjoint parts are written by different workers.
struct UncheckedSendable<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

extension QuantizedLinear {
  struct Buffers: @unchecked Sendable {
    let weights: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    let columnSums: UnsafeMutablePointer<Int32>
    let outputs: Int
  }

  fileprivate mutating func withUnsafeBuffers(_ body: (Buffers) -> Void) {
    let outputs = outputs
    weights.withUnsafeMutableBufferPointer { weights in
      scales.withUnsafeMutableBufferPointer { scales in
        columnSums.withUnsafeMutableBufferPointer { sums in
          guard let weights = weights.baseAddress, let scales = scales.baseAddress, let sums = sums.baseAddress
          else { return }
          body(Buffers(weights: weights, scales: scales, columnSums: sums, outputs: outputs))
        }
      }
    }
  }
}
