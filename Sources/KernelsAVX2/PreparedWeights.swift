#if arch(x86_64)
  import Kernels

  /// At most `PreparedLimit.depth` input channels of one panel, as `vpmaddubsw` can take them: the tiles without what is too
  /// large in them, and for each half of a tile (8 channels) a list of what that is.
  ///
  ///     tiles     64 bytes for each four input channels, an even number of them
  ///     rests     the four input channels and 32 bytes of weights, where there is a rest
  struct PreparedWeights {
    struct Rests {
      let steps: UnsafeMutablePointer<UInt32>
      let weights: UnsafeMutableRawPointer
      let count: UnsafeMutablePointer<Int>
    }

    let tiles: UnsafeMutableRawPointer
    let low: Rests
    let high: Rests

    /// - Parameter memory: `PreparedLimit.bytes`.
    @inline(__always)
    init(_ memory: UnsafeMutableRawPointer) {
      let most = PreparedLimit.depth / Tile.inputs
      tiles = memory
      let rests = memory + most &* Tile.bytes
      let steps = (rests + most &* Tile.bytes).assumingMemoryBound(to: UInt32.self)
      let counts = UnsafeMutableRawPointer(steps + 2 &* most).assumingMemoryBound(to: Int.self)
      low = Rests(steps: steps, weights: rests, count: counts)
      high = Rests(steps: steps + most, weights: rests + most &* 32, count: counts + 1)
    }
  }
#endif
