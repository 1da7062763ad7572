#if arch(arm64)
  import Kernels

  enum NEON: NEONInstructionSet {
    @inline(__always)
    static func multiplyTile(_ tile: Int8Tile) { NEONTile.multiply(tile) }
  }
#endif
