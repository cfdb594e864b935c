export { GET } from "../live/route";
