import Kernels
import KoQuant

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
  /// - Parameter activations: largest magnitude of each input channel on calibration texts.
  /// - Complexity: O(inputs · outputs), on all threads of `pool`.
  func quantize(
    _ parts: [LinearPart], activations: [Float], pool: ThreadPool
  ) throws(SystemError) -> QuantizedLinear {
    let balance = ChannelBalance(activations: activations, parts: parts)
    let channels = Self.channels(of: parts, inputs: inputs)
    let outputs = parts.reduce(0) { $0 + Tile.stride($1.bias.count) }
    var result = try QuantizedLinear(
      inputs: inputs, outputs: outputs, groupSize: groupSize, balance: balance)
    var errors = [SquaredError](repeating: SquaredError(), count: channels.count)
    errors.withUnsafeMutableBufferPointer { errors in
      // Every index writes its own channel and its own error.
      pool.run(count: channels.count) { index, _ in
        errors[index] = quantize(channels[index], balance: balance.factors, into: result)
      }
    }
    let total = errors.reduce(into: SquaredError()) { $0.add($1) }
    result.relativeError = total.relative
    return result
  }

  /// Channels of the result that hold a channel of a part; the others stay zero.
  private static func channels(of parts: [LinearPart], inputs: Int) -> [Channel] {
    var channels: [Channel] = []
    var first = 0
    for part in parts {
      for row in 0..<part.bias.count {
        let weights = UnsafeBufferPointer(rebasing: part.weights[row * inputs..<(row + 1) * inputs])
        channels.append(Channel(index: first + row, weights: weights, bias: part.bias[row]))
      }
      first += Tile.stride(part.bias.count)
    }
    return channels
  }

  private func quantize(
    _ channel: Channel, balance: [Float], into result: QuantizedLinear
  ) -> SquaredError {
    let weights = zip(channel.weights, balance).map { $0 / $1 }
    let scale = weights.withUnsafeBufferPointer(ChannelQuantizer.bestScale)
    let inverse = scale > 0 ? 1 / scale : 0
    let index = channel.index
    result.scales.start(of: Float.self)[index] = scale
    result.bias.start(of: Float.self)[index] = channel.bias
    let panel =
      result.weights.start(of: Int8.self) + index / Tile.outputs * Tile.panelBytes(inputs: inputs)
      + index % Tile.outputs * Tile.inputs
    let sums = result.columnSums.start(of: Int32.self) + index
    var error = SquaredError()
    for (input, weight) in weights.enumerated() {
      let value = ChannelQuantizer.quantize(weight, inverseScale: inverse)
      panel[input / Tile.inputs * Tile.bytes + input % Tile.inputs] = value
      sums[input / groupSize * result.outputs] += Int32(value)
      error.add(weight, restored: scale * Float(value))
    }
    return error
  }

  private struct Channel {
    var index: Int
    var weights: UnsafeBufferPointer<Float>
    var bias: Float
  }
}

/// Squared quantization error of some values, beside their own squares.
struct SquaredError {
  private var error = 0.0
  private var signal = 0.0

  mutating func add(_ value: Float, restored: Float) {
    let difference = Double(value) - Double(restored)
    error += difference * difference
    signal += Double(value) * Double(value)
  }

  mutating func add(_ other: SquaredError) {
    error += other.error
    signal += other.signal
  }

  /// |x - restored x| / |x|.
  var relative: Double { signal > 0 ? (error / signal).squareRoot() : 0 }
}
