import Kernels

/// A linear map as the checkpoint holds it: parts that read the same inputs, such as query, key and value.
package struct FloatLinear {
  package struct Part {
    /// outputs x inputs, row-major.
    package var weights: UnsafeBufferPointer<Float>
    package var bias: UnsafeBufferPointer<Float>
    /// How much a squared error in its outputs counts.
    var importance: Float

    package init(
      weights: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>, importance: Float = 1
    ) {
      self.weights = weights
      self.bias = bias
      self.importance = importance
    }
  }

  /// One output channel.
  package struct Channel {
    /// Its place in the int8 map, where each part is padded to whole panels.
    var index: Int
    var weights: UnsafeBufferPointer<Float>
    var bias: Float
    var importance: Float
  }

  package var parts: [Part]
  var inputs: Int

  package init(parts: [Part], inputs: Int) {
    self.parts = parts
    self.inputs = inputs
  }

  /// A map of the same form.
  ///
  /// - Parameters:
  ///   - weights: of all channels, row-major.
  ///   - bias: of all channels.
  func replacing(weights: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>) -> FloatLinear {
    var copy = self
    var first = 0
    for index in parts.indices {
      let channels = first..<first + parts[index].bias.count
      copy.parts[index].weights = UnsafeBufferPointer(
        rebasing: weights[channels.lowerBound * inputs..<channels.upperBound * inputs])
      copy.parts[index].bias = UnsafeBufferPointer(rebasing: bias[channels])
      first = channels.upperBound
    }
    return copy
  }

  /// Output channels, without padding.
  var outputs: Int { parts.reduce(0) { $0 + $1.bias.count } }
  var paddedOutputs: Int { parts.reduce(0) { $0 + Tile.stride($1.bias.count) } }

  package var channels: [Channel] {
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
        body(
          Channel(
            index: first + row, weights: weights, bias: part.bias[row], importance: part.importance))
      }
      first += Tile.stride(part.bias.count)
    }
  }

  /// Per input channel, the sum of the squares of its weights, each times the importance of its output.
  var columnSquares: [Float] {
    var squares = [Float](repeating: 0, count: inputs)
    squares.withUnsafeMutableBufferPointer { squares in
      forEachChannel { channel in
        for input in 0..<inputs {
          squares[input] += channel.importance * channel.weights[input] * channel.weights[input]
        }
      }
    }
    return squares
  }
}
