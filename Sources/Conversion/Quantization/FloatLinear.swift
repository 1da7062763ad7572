import Kernels

/// A linear map as the checkpoint holds it: parts that read the same inputs, such as query, key and value.
package struct FloatLinear {
  package struct Part {
    /// outputs x inputs, row-major.
    var weights: UnsafeBufferPointer<Float>
    var bias: UnsafeBufferPointer<Float>

    package init(weights: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>) {
      self.weights = weights
      self.bias = bias
    }
  }

  /// One output channel.
  struct Channel {
    /// Its place in the int8 map, where each part is padded to whole panels.
    var index: Int
    var weights: UnsafeBufferPointer<Float>
    var bias: Float
  }

  var parts: [Part]
  var inputs: Int

  package init(parts: [Part], inputs: Int) {
    self.parts = parts
    self.inputs = inputs
  }

  /// Output channels, without padding.
  var outputs: Int { parts.reduce(0) { $0 + $1.bias.count } }
  var paddedOutputs: Int { parts.reduce(0) { $0 + Tile.stride($1.bias.count) } }

  var channels: [Channel] {
    var channels: [Channel] = []
    channels.reserveCapacity(outputs)
    forEachChannel { channels.append($0) }
    return channels
  }

  func forEachChannel(_ body: (Channel) -> Void) {
    var first = 0
    for part in parts {
      for row in 0..<part.bias.count {
        let weights = UnsafeBufferPointer(rebasing: part.weights[row * inputs..<(row + 1) * inputs])
        body(Channel(index: first + row, weights: weights, bias: part.bias[row]))
      }
      first += Tile.stride(part.bias.count)
    }
  }

  /// Per input channel, the sum of the squares of its weights.
  var columnSquares: [Float] {
    var squares = [Float](repeating: 0, count: inputs)
    squares.withUnsafeMutableBufferPointer { squares in
      forEachChannel { channel in
        for input in 0..<inputs { squares[input] += channel.weights[input] * channel.weights[input] }
      }
    }
    return squares
  }
}
